// A plain C face on the SentencePiece library: bytes in, bytes out, a status from every call.
//
// No C++ exception leaves these functions. Memory that a function hands out is released with
// espalier_sentencepiece_free (also the message inside a status that is not ok).

#ifndef ESPALIER_CSENTENCEPIECE_H
#define ESPALIER_CSENTENCEPIECE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. Everything but releasing it may be called from several threads at once.
typedef struct espalier_sentencepiece_model espalier_sentencepiece_model;

/// What became of a call.
typedef struct {
  /// 0 when all is well, otherwise the library's status code (3: invalid argument, 13: internal).
  int32_t code;
  /// The library's own words, null-terminated and owned by the caller; null when code is 0.
  char *message;
} espalier_sentencepiece_status;

/// Lends the next training sentence: returns 1 and sets the bytes, which must stay valid until the
/// next call, or returns 0 at the end.
typedef int32_t (*espalier_sentencepiece_next)(
    void *context, const uint8_t **bytes, size_t *byte_count);

/// Trains a model; `settings` holds the trainer's own settings, one `name=value` a line. The serialized
/// model is handed out.
espalier_sentencepiece_status espalier_sentencepiece_train(
    const char *settings, espalier_sentencepiece_next next, void *context,
    uint8_t **model, size_t *model_byte_count);

/// Loads a serialized model.
espalier_sentencepiece_status espalier_sentencepiece_load(
    const uint8_t *bytes, size_t byte_count, espalier_sentencepiece_model **model);

/// Releases a model; null is allowed.
void espalier_sentencepiece_release(espalier_sentencepiece_model *model);

/// The number of pieces.
int32_t espalier_sentencepiece_piece_count(const espalier_sentencepiece_model *model);

/// The ids of the special pieces, -1 where the model has none.
int32_t espalier_sentencepiece_unknown_id(const espalier_sentencepiece_model *model);
int32_t espalier_sentencepiece_beginning_id(const espalier_sentencepiece_model *model);
int32_t espalier_sentencepiece_end_id(const espalier_sentencepiece_model *model);
int32_t espalier_sentencepiece_padding_id(const espalier_sentencepiece_model *model);

/// Encodes UTF-8 text; the ids are handed out (null when there are none).
espalier_sentencepiece_status espalier_sentencepiece_encode(
    const espalier_sentencepiece_model *model, const uint8_t *text, size_t byte_count,
    int32_t **ids, size_t *id_count);

/// Decodes ids; the text is handed out (null when it is empty).
espalier_sentencepiece_status espalier_sentencepiece_decode(
    const espalier_sentencepiece_model *model, const int32_t *ids, size_t id_count,
    uint8_t **text, size_t *byte_count);

/// The written form of one piece, handed out (null when it is empty).
espalier_sentencepiece_status espalier_sentencepiece_piece(
    const espalier_sentencepiece_model *model, int32_t id, uint8_t **text, size_t *byte_count);

/// Releases memory handed out by the functions above; null is allowed.
void espalier_sentencepiece_free(void *memory);

/// The file the library was loaded from, or null when the loader does not say. Not to be freed.
const char *espalier_sentencepiece_library_path(void);

#ifdef __cplusplus
}
#endif

#endif
