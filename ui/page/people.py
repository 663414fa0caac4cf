"""Who can be chosen in the sandbox's customer picker: the fictional bank's customers and what brings them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One line of the picker; ``story`` is for the reader, the bank knows its own."""

    id: str
    name: str
    story: str


PEOPLE = (
    Person("C1001", "李婉清", "卡坏了 damaged card"),
    Person("C1002", "王建国", "长辈 elder"),
    Person("C1003", "陈浩", "睡眠户 dormant"),
    Person("C1004", "赵敏", "销户 closing"),
    Person("C1005", "刘洋", "受管控 restricted"),
    Person("C1006", "孙丽", "疑被骗 scam"),
    Person("C1007", "Emily Carter", "lost card"),
    Person("C1008", "周志远", "房贷 mortgage"),
)
