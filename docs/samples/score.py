"""Scores photos with a file that `clocks models export` wrote: python score.py model.onnx photo.jpg ...

pip install onnxruntime numpy pillow
"""

import sys

import numpy
import onnxruntime
from PIL import Image, ImageOps


def pixels(path, width, height):
    """The whole photo squashed to width x height (pipeline resize): 1 x H x W x 3, R G B of 0-255."""
    photo = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    flat = Image.new("RGBA", photo.size, "white")
    flat.alpha_composite(photo)
    resized = flat.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    return numpy.asarray(resized, dtype=numpy.float32)[numpy.newaxis]


def main(model, photos):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    about = session.get_modelmeta().custom_metadata_map
    source = session.get_inputs()[0]
    _, height, width, _ = source.shape
    for path in photos:
        probability = session.run(None, {source.name: pixels(path, width, height)})[0].item()
        answer = about["target"] if probability >= float(about["threshold"]) else f"not {about['target']}"
        print(f"{probability:.4f}  {answer}  {path}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
