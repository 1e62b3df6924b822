"""The models that `make bench` times, and what a step of them costs."""

CONFIGURATIONS = {
    "a": dict(layers=8, width=256, heads=8, ffn=704, vocabulary=8192, batch=8, length=256),
    "b": dict(layers=12, width=128, heads=4, ffn=344, vocabulary=4096, batch=16, length=128),
    "c": dict(layers=6, width=512, heads=8, ffn=1408, vocabulary=8192, batch=4, length=512),
    "d": dict(layers=8, width=256, heads=8, ffn=704, vocabulary=8192, batch=1, length=2048),
}


def described(shape):
    return ", ".join(f"{key} {value}" for key, value in shape.items())


def tokens(shape):
    """Tokens of a step."""
    return shape["batch"] * shape["length"]


def operations(shape):
    """Floating-point operations of a step: those of its matrix products, by formula.

    Two for each multiplication and addition; backward costs twice forward; of attention's scores
    the visible half counts. `TrainingCost` in Sources/LanguageModels says the same.
    """
    width = shape["width"]
    weights = 4 * width * width + 3 * width * shape["ffn"]
    attention = width * (shape["length"] + 1)
    layers = shape["layers"] * (weights + attention)
    return 6 * tokens(shape) * (layers + width * shape["vocabulary"])
