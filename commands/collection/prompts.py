"""Sentences that say nothing of a feeling by themselves, so that the voice has to; in several languages, or from a file."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from core.failures import Failure, WrongUse


class Prompt(NamedTuple):
    """A sentence to say, and its name in the manifest."""

    name: str
    text: str


SENTENCES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "The bus stops in front of the town hall.",
        "I put the keys on the kitchen table.",
        "They are coming back on Thursday evening.",
        "The window on the left looks out on the yard.",
        "She is reading the letter from her brother.",
        "In seven hours it will be morning.",
        "There are two cups and a plate in the cupboard.",
        "We can talk about it again tomorrow.",
    ),
    "de": (
        "Der Bus hält vor dem Rathaus.",
        "Ich habe die Schlüssel auf den Küchentisch gelegt.",
        "Sie kommen am Donnerstagabend zurück.",
        "Das linke Fenster geht zum Hof hinaus.",
        "Sie liest den Brief von ihrem Bruder.",
        "In sieben Stunden wird es Morgen sein.",
        "Im Schrank stehen zwei Tassen und ein Teller.",
        "Wir können morgen noch einmal darüber reden.",
    ),
    "fr": (
        "Le bus s'arrête devant la mairie.",
        "J'ai posé les clés sur la table de la cuisine.",
        "Ils reviennent jeudi soir.",
        "La fenêtre de gauche donne sur la cour.",
        "Elle lit la lettre de son frère.",
        "Dans sept heures, ce sera le matin.",
        "Il y a deux tasses et une assiette dans le placard.",
        "Nous pourrons en reparler demain.",
    ),
    "es": (
        "El autobús para delante del ayuntamiento.",
        "He dejado las llaves en la mesa de la cocina.",
        "Vuelven el jueves por la tarde.",
        "La ventana de la izquierda da al patio.",
        "Ella lee la carta de su hermano.",
        "Dentro de siete horas será de día.",
        "En el armario hay dos tazas y un plato.",
        "Podemos volver a hablar de eso mañana.",
    ),
    "ru": (
        "Автобус останавливается перед ратушей.",
        "Я положил ключи на кухонный стол.",
        "Они возвращаются в четверг вечером.",
        "Левое окно выходит во двор.",
        "Она читает письмо от брата.",
        "Через семь часов наступит утро.",
        "В шкафу стоят две чашки и тарелка.",
        "Мы можем поговорить об этом завтра.",
    ),
    "zh": (
        "公共汽车停在市政厅前面。",
        "我把钥匙放在厨房的桌子上了。",
        "他们星期四晚上回来。",
        "左边的窗户对着院子。",
        "她在看她哥哥的来信。",
        "再过七个小时天就亮了。",
        "柜子里有两个杯子和一个盘子。",
        "这件事我们明天可以再谈。",
    ),
    "hi": (
        "बस नगर भवन के सामने रुकती है।",
        "मैंने चाबियाँ रसोई की मेज़ पर रख दी हैं।",
        "वे गुरुवार की शाम को लौट रहे हैं।",
        "बाईं खिड़की आँगन की ओर खुलती है।",
        "वह अपने भाई की चिट्ठी पढ़ रही है।",
        "सात घंटे बाद सुबह हो जाएगी।",
        "अलमारी में दो प्याले और एक थाली है।",
        "हम इसके बारे में कल फिर बात कर सकते हैं।",
    ),
}


def prompts_of(language: str) -> list[Prompt]:
    """The built-in sentences of a language; raises WrongUse."""
    if language not in SENTENCES:
        why = f"There are sentences in {', '.join(SENTENCES)}."
        raise WrongUse(Failure(f"There are no built-in sentences in “{language}”.", why, "Bring your own with --prompts FILE."))
    return [Prompt(f"{language}{number:02d}", text) for number, text in enumerate(SENTENCES[language], 1)]


def prompts_in(file: Path) -> list[Prompt]:
    """One sentence a line of a UTF-8 file, named by what it says; empty lines and # lines are left out. Raises WrongUse."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
    except OSError as error:
        raise WrongUse(Failure(f"The prompts in {file} cannot be read.", f"{error.strerror}.", "Check the name.")) from None
    except UnicodeDecodeError:
        raise WrongUse(Failure(f"The prompts in {file} cannot be read.", "The file is not UTF-8 text.", "Save it as UTF-8.")) from None
    texts = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not texts:
        raise WrongUse(Failure(f"There are no prompts in {file}.", "It holds no sentence.", "Write one sentence a line."))
    return [Prompt(f"p{crc32(text.encode()):08x}", text) for text in texts]
