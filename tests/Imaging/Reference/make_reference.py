#!/usr/bin/env python3
"""Writes preprocessing.json, the values that tests/Imaging holds the preprocessing to.

    python3 tests/Imaging/Reference/make_reference.py

Plain Python in double precision, written from the definitions and not from our code:

- resize: Pillow's Image.resize(BILINEAR), equal to torchvision's resize(antialias=True): the triangle filter
  of Pillow's src/libImaging/Resample.c, precompute_coeffs. Pillow rounds to bytes after each direction; this
  does not (and neither do we), so nothing here depends on the order of directions.
- crop: torchvision Resize(round(size * 256 / 224)) then CenterCrop(size).
- rotate: torchvision functional rotate on a tensor (bilinear, expand=False, fill=0), rounded to bytes.
- jitter: torchvision functional adjust_brightness and adjust_contrast, without rounding.

The images come from a generator that the tests repeat (a linear congruential one), so they need no files.
"""
import json
import math
import os

IMAGENET = {"scale": 1 / 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
SIDE = 16  # input size of most cases: big enough for every branch, small enough to read


def image(width, height, seed):
    """height x width x 3 bytes: noise over a ramp, so that both frequencies and directions matter."""
    state, pixels = seed, []
    for y in range(height):
        row = []
        for x in range(width):
            pixel = []
            for c in range(3):
                state = (state * 1103515245 + 12345) % 2147483648
                pixel.append(((state >> 16) % 128) + (127 * (x + y * (c + 1))) // (width + 3 * height))
            row.append(pixel)
        pixels.append(row)
    return pixels


def triangle_weights(length, size):
    """For each of size target pixels: (first source pixel, weights)."""
    scale = length / size
    support = max(scale, 1.0)
    result = []
    for i in range(size):
        center = (i + 0.5) * scale
        first = max(int(center - support + 0.5), 0)
        last = min(int(center + support + 0.5), length)
        weights = [max(0.0, 1.0 - abs((x - center + 0.5) / support)) for x in range(first, last)]
        total = sum(weights)
        result.append((first, [w / total for w in weights]))
    return result


def resize(pixels, width, height):
    columns = triangle_weights(len(pixels[0]), width)
    narrow = [[[sum(w * row[first + k][c] for k, w in enumerate(weights)) for c in range(3)]
               for first, weights in columns] for row in pixels]
    rows = triangle_weights(len(pixels), height)
    return [[[sum(w * narrow[first + k][x][c] for k, w in enumerate(weights)) for c in range(3)]
             for x in range(width)] for first, weights in rows]


def crop(pixels, left, top, width, height):
    return [row[left:left + width] for row in pixels[top:top + height]]


def center_crop(pixels, width, height):
    return crop(pixels, int(round((len(pixels[0]) - width) / 2)), int(round((len(pixels) - height) / 2)), width, height)


def resize_short_side(pixels, size):
    width, height = len(pixels[0]), len(pixels)
    if width <= height:
        return resize(pixels, size, int(size * height / width))
    return resize(pixels, int(size * width / height), size)


def rotate(pixels, degrees):
    width, height = len(pixels[0]), len(pixels)
    angle = math.radians(degrees)

    def at(x, y, c):
        return pixels[y][x][c] if 0 <= x < width and 0 <= y < height else 0

    result = []
    for row in range(height):
        line = []
        for column in range(width):
            dx, dy = column + 0.5 - width / 2, row + 0.5 - height / 2
            x = math.cos(angle) * dx - math.sin(angle) * dy + width / 2 - 0.5
            y = math.sin(angle) * dx + math.cos(angle) * dy + height / 2 - 0.5
            left, top = math.floor(x), math.floor(y)
            fx, fy = x - left, y - top
            line.append([math.floor(0.5 + (1 - fx) * (1 - fy) * at(left, top, c) + fx * (1 - fy) * at(left + 1, top, c)
                                    + (1 - fx) * fy * at(left, top + 1, c) + fx * fy * at(left + 1, top + 1, c))
                         for c in range(3)])
        result.append(line)
    return result


def clamp(value):
    return min(255.0, max(0.0, value))


def brightness(pixels, factor):
    return [[[clamp(v * factor) for v in p] for p in row] for row in pixels]


def contrast(pixels, factor):
    grey = [0.2989 * r + 0.587 * g + 0.114 * b for row in pixels for r, g, b in row]
    mean = sum(grey) / len(grey)
    return [[[clamp(v * factor + (1 - factor) * mean) for v in p] for p in row] for row in pixels]


def tensor(pixels, spec, layout="Nchw", order="Rgb"):
    channels = [0, 1, 2] if order == "Rgb" else [2, 1, 0]

    def value(p, i):
        return (p[channels[i]] * spec["scale"] - spec["mean"][i]) / spec["std"][i]

    if layout == "Nchw":
        return [value(p, i) for i in range(3) for row in pixels for p in row]
    return [value(p, i) for row in pixels for p in row for i in range(3)]


def case(name, pipeline, width, height, out, seed=1, spec=IMAGENET, layout="Nchw", order="Rgb", size=(SIDE, SIDE), every=1, view=None):
    """size: the backbone's input (height, width); out: pixels -> what the pipeline must give, as pixels of 0-255."""
    values = tensor(out(image(width, height, seed)), spec, layout, order)
    return {"name": name, "pipeline": pipeline, "width": width, "height": height, "seed": seed,
            "inputHeight": size[0], "inputWidth": size[1], **spec, "layout": layout, "order": order, "view": view,
            "length": len(values), "every": every, "values": [round(v, 6) for v in values[::every]]}


def view_case(name, view, width=40, height=30, **more):
    def out(pixels):
        box = view["crop"]
        pixels = resize(crop(rotate(pixels, view["degrees"]), *box), SIDE, SIDE)
        steps = [lambda p: brightness(p, view["brightness"]), lambda p: contrast(p, view["contrast"])]
        for step in reversed(steps) if view["contrastFirst"] else steps:
            pixels = step(pixels)
        return [row[::-1] for row in pixels] if view["flipped"] else pixels
    return case(name, "Resize", width, height, out, view=view, every=3, **more)


def view(degrees=0.0, box=(0, 0, 40, 30), b=1.0, c=1.0, contrast_first=False, flipped=False):
    return {"degrees": degrees, "crop": box, "brightness": b, "contrast": c, "contrastFirst": contrast_first, "flipped": flipped}


MINUS_ONE_TO_ONE = {"scale": 1 / 127.5, "mean": [1, 1, 1], "std": [1, 1, 1]}
MEAN_ONLY = {"scale": 1, "mean": [104, 117, 123], "std": [1, 1, 1]}  # AlexNet's, in B G R order
S = SIDE

CASES = [
    case("resize enlarges", "Resize", 7, 5, lambda p: resize(p, S, S)),
    case("resize keeps", "Resize", S, S, lambda p: resize(p, S, S)),
    case("resize shrinks", "Resize", 61, 43, lambda p: resize(p, S, S)),
    case("resize shrinks one side and enlarges the other", "Resize", 90, 9, lambda p: resize(p, S, S)),
    case("resize of one pixel", "Resize", 1, 1, lambda p: resize(p, S, S), every=7),
    case("resize of a line", "Resize", 200, 2, lambda p: resize(p, S, S)),
    case("resize by far", "Resize", 333, 250, lambda p: resize(p, S, S), every=5),
    case("resize to a rectangle", "Resize", 50, 40, lambda p: resize(p, 24, 10), size=(10, 24)),
    case("resize, NHWC", "Resize", 31, 41, lambda p: resize(p, S, S), layout="Nhwc", spec=MINUS_ONE_TO_ONE),
    case("resize, BGR", "Resize", 31, 41, lambda p: resize(p, S, S), order="Bgr", spec=MEAN_ONLY),
    case("resize, NHWC and BGR", "Resize", 31, 41, lambda p: resize(p, S, S), layout="Nhwc", order="Bgr", spec=MEAN_ONLY),
    case("crop of a wide image", "Crop", 75, 50, lambda p: center_crop(resize_short_side(p, round(S * 256 / 224)), S, S)),
    case("crop of a tall image", "Crop", 33, 70, lambda p: center_crop(resize_short_side(p, round(S * 256 / 224)), S, S)),
    case("crop of a small square", "Crop", 9, 9, lambda p: center_crop(resize_short_side(p, round(S * 256 / 224)), S, S)),
    case("full keeps the size", "Full", 100, 97, lambda p: p, every=97),
    case("full shrinks the long side to 640", "Full", 800, 300, lambda p: resize(p, 640, 240), every=1999),
    case("full enlarges the short side to 96", "Full", 60, 48, lambda p: resize(p, 120, 96), every=97),
    case("full squashes a panorama", "Full", 700, 20, lambda p: resize(p, 640, 96), every=997),
    view_case("view of the whole image", view()),
    view_case("view, cropped", view(box=(7, 3, 20, 11))),
    view_case("view, mirrored", view(flipped=True)),
    view_case("view, turned left", view(30)),
    view_case("view, turned right and cropped", view(-45, box=(0, 10, 25, 20))),
    view_case("view, brighter", view(b=1.2)),
    view_case("view, duller", view(c=0.8)),
    view_case("view, brighter then sharper", view(b=1.2, c=1.2)),
    view_case("view, sharper then brighter", view(b=1.2, c=1.2, contrast_first=True)),
    view_case("view, all at once", view(17.5, (5, 4, 30, 22), 0.83, 1.13, True, True)),
    view_case("view, all at once, NHWC and BGR", view(-17.5, (5, 4, 30, 22), 1.13, 0.83, False, True),
              layout="Nhwc", order="Bgr", spec=MEAN_ONLY),
]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "preprocessing.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES) + "\n]\n")
    print(f"{path}: {len(CASES)} cases, {sum(len(c['values']) for c in CASES)} values")
