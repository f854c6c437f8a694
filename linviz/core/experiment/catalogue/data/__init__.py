"""Data sets, in the order of the menu; what is none of them is the digest of an uploaded one."""

from __future__ import annotations

from linviz.core.experiment.catalogue.data import canonical, packaged, uploaded
from linviz.core.experiment.catalogue.entry import Entry, by_name

DATA: dict[str, Entry] = by_name(
    canonical.ENTRY,
    packaged.DIGITS,
    packaged.FEW_DIGITS,
    packaged.STRETCHED,
    packaged.CLOUD,
    packaged.FOLD,
)
UPLOADED = uploaded.ENTRY


def data_entry(name: str) -> Entry:
    """The data set of that name, or what stands for every uploaded one.

    Examples
    --------
    >>> data_entry("digits").words, data_entry("0123456789abcdef").words
    ('digits', 'a file')
    """
    return DATA.get(name, UPLOADED)
