#!/usr/bin/env python3
"""Writes one small table as Parquet in every way that Espalier reads, and in some that it refuses.

    python3 Tests/Oracles/parquet_files.py Tests/Fixtures/parquet

By pyarrow, DuckDB, Polars and fastparquet, each with its own habits. rows.json holds the texts and the sources, null where
there is none. Files in `refused` are named by why.
"""

import json
import pathlib
import sys

import duckdb
import fastparquet
import polars
import pyarrow
import pyarrow.parquet


def rows():
    """Texts that are absent, empty, odd, equal, alike at their beginnings, and one that compresses well."""
    texts = ["In the beginning", None, "", "naïve 日本語 😀", "In the beginning", "a" * 300 + "b" * 80, "line\nline"]
    texts += [f"verse {index // 3} of the book" + ", again" * (index % 5) for index in range(40)]
    texts += [None] * 5 + [f"{index:03}" * (index % 7) for index in range(30)]
    sources = [["Genesis", "Exodus", None][index * index % 3] for index in range(len(texts))]
    return texts, sources


def main():
    folder = pathlib.Path(sys.argv[1])
    (folder / "refused").mkdir(parents=True, exist_ok=True)
    texts, sources = rows()
    (folder / "rows.json").write_text(json.dumps({"text": texts, "source": sources}, ensure_ascii=False, indent=0) + "\n")
    text = pyarrow.array(texts, pyarrow.string())
    table = pyarrow.table({
        "id": pyarrow.array(range(len(texts)), pyarrow.int64()),
        "text": text,
        "source": pyarrow.array(sources, pyarrow.string()),
    })

    def write(name, what=table, **settings):
        # Pages of a few rows, so that there are several.
        settings = {"data_page_size": 256, "write_batch_size": 8, **settings}
        pyarrow.parquet.write_table(what, folder / f"{name}.parquet", **settings)

    for version in ["1.0", "2.0"]:
        for codec in ["none", "snappy", "gzip", "zstd"]:
            write(f"pyarrow-{codec}-{version[0]}", compression=codec, data_page_version=version)
        write(f"pyarrow-plain-{version[0]}", use_dictionary=False, compression="snappy", data_page_version=version)
        for encoding in ["DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]:
            write(
                f"pyarrow-{encoding.lower().replace('_', '-')}-{version[0]}", use_dictionary=False, compression="zstd",
                column_encoding={"text": encoding, "source": encoding, "id": "PLAIN"}, data_page_version=version,
            )
    write("pyarrow-groups", row_group_size=9)
    write("pyarrow-checksums", write_page_checksum=True)
    # A dictionary that grows too large, so that the rest of the group is plain.
    write("pyarrow-dictionary-given-up", dictionary_pagesize_limit=64)
    nested = pyarrow.table({
        "meta": pyarrow.StructArray.from_arrays(
            [text, table["source"].combine_chunks()], ["text", "source"],
            mask=pyarrow.array([value is None for value in texts]),
        ),
        "tags": pyarrow.array([["a", "b"]] * len(texts)),
    })
    (folder / "nested").mkdir(exist_ok=True)
    write("nested/structures", nested)
    full = pyarrow.schema([pyarrow.field("text", pyarrow.string(), nullable=False)])
    write("nested/required", pyarrow.table({"text": [value or "" for value in texts]}, full))
    for codec in ["brotli", "lz4"]:
        write(f"refused/{codec}", compression=codec)

    polars.DataFrame({"text": texts, "source": sources}).write_parquet(
        folder / "polars.parquet", data_page_size=256, row_group_size=40
    )
    connection = duckdb.connect()
    connection.register("rows", table)
    for version in ["V1", "V2"]:
        connection.execute(
            f"copy (select text, source from rows) to '{folder / f'duckdb-{version.lower()}.parquet'}' "
            f"(format parquet, parquet_version {version})"
        )
    fastparquet.write(str(folder / "fastparquet.parquet"), table.to_pandas(), compression="GZIP", row_group_offsets=20)


if __name__ == "__main__":
    main()
