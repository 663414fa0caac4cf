"""Every word of the lexicon as it comes out, and banking's polyphones inside sentences, against what a teller says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.speaking.lexicon import Lexicon
from voice.speaking.phonemes import Phonemizer

LEXICON = Lexicon.from_file()
_SHARED = Phonemizer(LEXICON)


@pytest.fixture(scope="module")
def phonemizer() -> Phonemizer:
    return Phonemizer(LEXICON)


def syllables(phonemizer: Phonemizer, text: str) -> list[str]:
    return [syllable for word in phonemizer.pinyin(text) for syllable in word]


@pytest.mark.parametrize("word", sorted(LEXICON.zh))
def test_each_word_comes_out_as_it_is_written_there(phonemizer: Phonemizer, word: str) -> None:
    assert tuple(syllables(phonemizer, word)) == LEXICON.zh[word]


@pytest.mark.parametrize(("sentence", "part", "pinyin"), [
    ("我帮您重置密码", "重置", "chong2 zhi4"), ("请重新输入", "重新", "chong2 xin1"), ("这一点很重要", "重要", "zhong4 yao4"),
    ("不要重复提交", "重复", "chong2 fu4"), ("情况严重", "严重", "yan2 zhong4"),
    ("还款日是每月五号", "还款", "huan2 kuan3"), ("您还有别的问题吗", "还有", "hai2 you3"), ("这笔钱还没还", "还没还", "hai2 mei2 huan2"),
    ("贷款已经还清", "还清", "huan2 qing1"), ("上个月还了三千元", "还了", "huan2 le5"), ("您还是明天再来", "还是", "hai2 shi4"),
    ("提前还款要手续费吗", "还款", "huan2 kuan3"), ("还要等两天", "还要", "hai2 yao4"), ("您想提前还多少", "提前还", "ti2 qian2 huan2"),
    ("海岚银行", "银行", "yin2 hang2"), ("请按一行一行核对", "一行", "yi4 hang2"), ("行长不在", "行长", "hang2 zhang3"),
    ("跨行转账", "跨行", "kua4 hang2"), ("我们支行", "支行", "zhi1 hang2"), ("业务正在进行", "进行", "jin4 xing2"),
    ("开户行是哪里", "开户行", "kai1 hu4 hang2"), ("银行长期理财", "银行长期", "yin2 hang2 chang2 qi1"),
    ("长期有效", "长期", "chang2 qi1"), ("孩子长大了", "长大", "zhang3 da4"), ("可以延长吗", "延长", "yan2 chang2"),
    ("这张卡", "卡", "ka3"), ("卡住了", "卡住", "qia3 zhu4"), ("最后一道关卡", "关卡", "guan1 qia3"), ("换卡免费", "换卡", "huan4 ka3"),
    ("调整限额", "调整", "tiao2 zheng3"), ("配合调查", "调查", "diao4 cha2"), ("可以调低", "调低", "tiao2 di1"),
    ("转账五百元", "转账", "zhuan3 zhang4"), ("转给王芳", "转给", "zhuan3 gei3"), ("帮您转人工", "转人工", "zhuan3 ren2 gong1"),
    ("应该没问题", "应该", "ying1 gai1"), ("请等响应", "响应", "xiang3 ying4"), ("相应的费用", "相应", "xiang1 ying4"),
    ("本月应还三千元", "应还", "ying1 huan2"), ("利率是多少", "利率", "li4 lv4"), ("存折还在吗", "存折", "cun2 zhe2"),
    ("处理好了", "处理", "chu3 li3"), ("为您办理", "为您", "wei4 nin2"), ("以短信为准", "为准", "wei2 zhun3"),
    ("十一月到期", "十一月", "shi2 yi1 yue4"), ("尾号幺幺八零", "幺幺", "yao1 yao1"), ("不是我办的", "不是", "bu2 shi4"),
    ("不要告诉别人", "不要", "bu2 yao4"), ("第一张", "第一", "di4 yi1"), ("一千一百元", "一千", "yi1 qian1"),
    ("请您看一看", "请", "qing3"), ("冒充客服", "冒充", "mao4 chong1"), ("您得本人来", "您得", "nin2 dei3"),
])  # fmt: skip
def test_polyphones_in_sentences(phonemizer: Phonemizer, sentence: str, part: str, pinyin: str) -> None:
    at = sentence.index(part)
    assert " ".join(syllables(phonemizer, sentence)[at : at + len(part)]) == pinyin


@pytest.mark.parametrize(("words", "sounds"), [
    ("好的", "xau↓ tɤ"), ("OTP", "ˈO tˈi pˈi"), ("ATM", "ˈA tˈi ˈɛm"), ("Hailan", "hˈI lˈɑn"), ("six", "sˈɪks"),
    ("请在APP里看", "ʨʰi↓ŋ ʦai↘ ˈA pˈi pˈi li↓ kʰa↘n"), ("您好，王芳。", "ni↗nxau↓, wa↗ŋfa→ŋ."),
])  # fmt: skip
def test_sounds(phonemizer: Phonemizer, words: str, sounds: str) -> None:
    assert phonemizer.phonemes(words) == sounds


def test_a_british_voice_has_british_sounds(phonemizer: Phonemizer) -> None:
    assert phonemizer.phonemes("card", british=True) != phonemizer.phonemes("card")


def test_a_word_across_two_words_is_none() -> None:
    assert list(LEXICON.found(["银行", "长期"])) == [(0, "银行"), (2, "长期")]
    assert list(LEXICON.found(["水银", "行不行"])) == [(2, "行不行")]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_any_text_has_sounds_or_none_but_never_an_error(text: str) -> None:
    assert isinstance(_SHARED.phonemes(text), str)


def test_characters_without_a_reading_are_passed_over_and_accents_too(phonemizer: Phonemizer) -> None:
    assert phonemizer.phonemes("兙好") == phonemizer.phonemes("好")
    assert phonemizer.phonemes("José") == phonemizer.phonemes("Jose")
