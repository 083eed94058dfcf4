import pytest

from display.palette import WHITE, contrast, derive


def test_contrast_is_that_of_the_norm():
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("primary", ["#0b3d73", "#f5d000", "#ffffff", "#7a1f3d", "#00ff00"])
@pytest.mark.parametrize("secondary", ["#0b5cad", "#fff3a0", "#f2b705", "#000000"])
def test_every_text_can_be_read(primary, secondary):
    colours = derive(primary, secondary)
    for text, ground in [
        (WHITE, colours.primary),
        (colours.highlight, colours.primary),
        (colours.accent, WHITE),
        (colours.muted, WHITE),
        (colours.muted, colours.tint),
        (colours.complete, WHITE),
        (colours.attention, WHITE),
    ]:
        assert contrast(text, ground) >= 4.5


def test_colour_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no es un color"):
        derive("#0b3d73", "red;} body { display: none")
