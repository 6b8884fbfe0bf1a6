"""Every sentence that models, server, Live and the panel's own link can say has its Chinese, with the same values."""

import ast
import json
import re
import string
from pathlib import Path

import pytest

from gui.language.say import SENTENCES, say, speak
from gui.language.say import TABLE as CHINESE

ROOT = Path(__file__).parents[3]
ROOMS = ("models", "bridge", "gui", "max_for_live/live_script/surface")
NEVER_SHOWN = (
    "models/benchmarks/",
    "models/training/",
    "bridge/command_line/",
    "bridge/server/log.py",
    "bridge/server/serve.py",  # what it says on the terminal; its one refusal is tested below
    "gui/__main__.py",
    "gui/hearing/__main__.py",
    "gui/status/screenshot.py",
    "models/analysis/report.py",  # what `clipkin analyse` prints
)
PUT_TOGETHER = {
    "{} may change{}; open a lock or choose a larger region.": (
        "With {} locked nothing may change; open a lock or choose a larger region.",
        "With {} locked nothing may change in the chosen region or selection; open a lock or choose a larger region.",
        "Nothing may change; open a lock or choose a larger region.",
        "Nothing may change in the chosen region or selection; open a lock or choose a larger region.",
    ),
    "The task {} can't keep {}: {}; open the lock{}.": (
        "The task {} can't keep {}: it makes new notes; open the lock.",
        "The task {} can't keep {}: it makes new notes; open the locks.",
        "The task {} can't keep {}: it can keep {}; open the lock.",
        "The task {} can't keep {}: it can keep {}; open the locks.",
    ),
    "Mood: {} locked, so without {}{}.": (
        "Mood: {} locked, so without {}.",
        "Mood: {} locked, so without {}; instead {}.",
    ),
    'Mood: {} {} not in the lexicon and ignored; try a word such as "warm" or "浪漫".': (
        'Mood: {} is not in the lexicon and ignored; try a word such as "warm" or "浪漫".',
        'Mood: {} are not in the lexicon and ignored; try a word such as "warm" or "浪漫".',
    ),
    'The engine "{}" can\'t {}; {}.': (
        'The engine "{}" can\'t {}; choose {}.',
        'The engine "{}" can\'t {}; no engine here can.',
    ),
}
"""Sentences with parts of sentences in their slots, and what becomes of them."""

WORDS = json.loads(CHINESE.read_text(encoding="utf-8"))
TABLE = json.loads(SENTENCES.read_text(encoding="utf-8"))


def template(node):
    """A text in the source with ``{}`` for what is put in; None where it isn't one."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def texts(tree):
    """Every text but docstrings and parts of other texts."""
    left_out = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, (ast.JoinedStr, ast.Expr))
        for part in ast.walk(node)
        if part is not node and not (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
    }
    for node in ast.walk(tree):
        if id(node) not in left_out and (words := template(node)) is not None:
            yield words


def is_sentence(words):
    return bool(re.match(r'[A-Z"{]', words)) and words.endswith(".") and len(words.replace("{}", "").split()) > 2


def sentences_in_sources():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(NEVER_SHOWN):
                for words in texts(ast.parse(path.read_text(encoding="utf-8"))):
                    if is_sentence(words):
                        yield name, words


def plain(words):
    """With every slot alike, however it is written."""
    return re.sub(r"{\w*}", "{}", words)


KNOWN = {plain(words) for words in (*WORDS, *TABLE)}


def test_every_sentence_that_can_be_said_has_its_chinese():
    said = {(name, whole) for name, words in sentences_in_sources() for whole in PUT_TOGETHER.get(words, (words,))}
    assert sorted(f"{name}: {words}" for name, words in said if plain(words) not in KNOWN) == []
    assert PUT_TOGETHER.keys() <= {words for _, words in sentences_in_sources()}


def test_the_search_finds_what_is_there():
    found = {words for _, words in sentences_in_sources()}
    assert len(found) > 250
    assert 'The engine "{}" is not known; choose one of {}, or auto.' in found


def test_values_are_all_kept_and_each_once():
    odd = []
    for words, chinese in TABLE.items():
        slots = [name for _, name, _, _ in string.Formatter().parse(chinese) if name is not None]
        count = words.count("{}")
        if slots != [""] * count and sorted(slots) != [str(place) for place in range(count)]:
            odd.append(words)
    assert odd == []


@pytest.fixture
def in_chinese(qapp):
    speak("zh")
    yield
    speak("en")


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize(
    ("sentence", "chinese"),
    [
        ("The request was cancelled.", "请求已取消。"),
        (
            "The similarity is 0.55, as near to 0.90 as the locks and the number of notes let it come.",
            "相似度为 0.55，在锁定和音符数量允许的范围内已最接近 0.90。",
        ),
        (
            '"my drums.mid" can\'t be opened (Permission denied); check the name.',
            "无法打开“my drums.mid”（没有权限）；请检查名称。",
        ),
        (
            "With rhythm, pitch locked nothing may change; open a lock or choose a larger region.",
            "锁定 节奏、音高 后没有可改变的内容；请解开一个锁或选更大的区域。",
        ),
        (
            "The engine rules stood in: the weights of kin are still loading.",
            "引擎 rules 代为演奏：kin 的权重仍在加载。",
        ),
        ("Mood: warm: +100%. It asks for more notes (60 %).", "情绪：warm: +100%。即要求更多的音 (60 %)。"),
        (
            'The folder "a" can\'t be made (x). The results lie in /tmp for now.',
            "无法创建文件夹“a”（x）。结果暂存于 /tmp。",
        ),
        ("down: Sixteenths from drum to drum, growing, over kicks.", "down：十六分音符在鼓间传递，渐强，衬以底鼓。"),
        ("In A minor: i, bVI.", "A 小调：i、bVI。"),
        ("No sentence of ours, just words", "No sentence of ours, just words"),
    ],
)
def test_a_finished_sentence_is_said_in_chinese(sentence, chinese):
    assert say(sentence) == chinese


@pytest.mark.usefixtures("in_chinese")
def test_a_long_text_of_others_costs_no_time():
    assert say("x, " * 5000) == "x, " * 5000


def test_without_chinese_a_sentence_stays_as_it_is(qapp):
    assert say("The request was cancelled.") == "The request was cancelled."
