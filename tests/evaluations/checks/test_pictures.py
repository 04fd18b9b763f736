"""What becomes of a photo: pure bytes."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from outlets.exchange.pictures import (
    TooManyPixels,
    WrongType,
    difference_hash,
    hash_distance,
    make_picture,
)

MOST = 50_000_000


def scene(seed=1, size=(640, 480)):
    """Return a picture of large smooth patches, as a camera sees a room."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def written(image, form="JPEG", **how):
    made = BytesIO()
    image.save(made, form, **how)
    return made.getvalue()


def test_a_photo_is_written_anew_without_what_the_camera_says():
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif[0x8825] = {1: "N", 2: (23.0, 7.0, 48.0)}
    sent = written(scene(), exif=exif)
    assert b"Camera maker" in sent
    made = make_picture(sent, MOST)
    assert b"Camera maker" not in made.content
    assert dict(Image.open(BytesIO(made.content)).getexif()) == {}
    assert (made.width, made.height) == (640, 480)


def test_a_photo_taken_on_its_side_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    made = make_picture(written(scene(), exif=exif), MOST)
    assert (made.width, made.height) == (480, 640)


def test_a_large_photo_is_scaled_to_the_longest_side():
    made = make_picture(written(scene(size=(5120, 3840))), MOST)
    assert (made.width, made.height) == (2560, 1920)


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_other_forms_become_jpeg(form, mode):
    made = make_picture(written(scene().convert(mode), form), MOST)
    assert Image.open(BytesIO(made.content)).format == "JPEG"


def test_what_was_transparent_is_white():
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    made = make_picture(written(clear, "PNG"), MOST)
    assert Image.open(BytesIO(made.content)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        written(scene(), "GIF"),
        written(scene(), "TIFF"),
        written(scene())[:400],
        b"\xff\xd8\xff\xe0" + bytes(200),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(30),
    ],
    ids=["empty", "text", "svg", "gif", "tiff", "cut", "jpeg head", "png head", "webp"],
)
def test_what_is_no_whole_photo_is_refused(content):
    with pytest.raises(WrongType):
        make_picture(content, MOST)


def test_pixels_are_counted_before_anything_is_unpacked():
    bomb = written(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(TooManyPixels):
        make_picture(bomb, MOST)
    assert make_picture(written(Image.new("L", (100, 100))), 10_000).width == 100
    with pytest.raises(TooManyPixels):
        make_picture(written(Image.new("L", (101, 100))), 10_000)


def test_the_hash_knows_a_scene_again_and_tells_others_apart():
    first = difference_hash(scene(1))
    again = make_picture(written(scene(1).resize((320, 240)), quality=40), MOST).phash
    assert len(first) == 16
    assert hash_distance(first, first) == 0
    assert hash_distance(first, again) <= 4
    assert hash_distance(first, difference_hash(scene(2))) > 16


def test_each_bit_says_whether_the_right_neighbour_is_brighter():
    rising = Image.fromarray(np.tile(np.arange(9, dtype=np.uint8) * 20, (8, 1)))
    assert difference_hash(rising) == "f" * 16
    assert (
        difference_hash(rising.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) == "0" * 16
    )
