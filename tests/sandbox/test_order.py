"""An order from a seed: the same in every run, another for another seed."""

from hypothesis import given, strategies as st

from reconciler.sandbox.routes.reads import Order

elements = st.lists(st.integers(), max_size=8)


@given(st.text(), elements)
def test_shuffling_keeps_every_element(seed: str, written: list[int]) -> None:
    assert sorted(Order(seed).shuffle(list(written))) == sorted(written)


@given(st.text(), elements)
def test_the_same_seed_gives_the_same_order(seed: str, written: list[int]) -> None:
    assert Order(seed).shuffle(list(written)) == Order(seed).shuffle(list(written))


@given(elements)
def test_without_a_seed_everything_stays(written: list[int]) -> None:
    order = Order(None)

    assert order.shuffle(list(written)) == written
    assert (order.draw(), order.draw()) == (0, 0)


def test_every_order_of_three_is_drawn() -> None:
    orders = {tuple(Order(str(seed)).shuffle([1, 2, 3])) for seed in range(100)}

    assert len(orders) == 6
