"""What the words of a sheet mean in our own catalogues: stages, incidence, modality, the state of a commitment.

The values are those of the models' choices; this module is pure and a test holds them together.
"""

from __future__ import annotations

import re

from display.text import normalise
from matrices.workbook.grid import one_line

# By the beginning of a word; the one that comes first in a name tells its stage.
_STAGES = {
    "diagnosis": ("diagnost",),
    "formulation": ("formulac", "planeac", "planificac", "diseno", "programac"),
    "implementation": ("implement", "ejecuc", "colaborac", "dialogo", "desarroll"),
    "evaluation": ("control", "evaluac", "seguimiento", "retroaliment", "monitoreo"),
    "cross_cutting": ("transversal",),
}
_INCIDENCE = {
    "information": ("inform",),
    "consultation": ("consult",),
    "formulation": ("formul", "decid", "decisi", "concert", "planeac"),
    "co_execution": ("coejec", "co ejec", "ejecuc", "implement", "colabor", "cocrea", "co crea", "cogest"),
    "control": ("control", "evaluac", "seguimiento", "vigilanc", "veedur"),
}
_IN_PERSON, _VIRTUAL = re.compile(r"\bpresencial"), re.compile(r"\bvirtual|\ben linea\b|\bremot[oa]\b|\bdigital")
_HYBRID = re.compile(r"\bmixt[oa]\b|\bhibrid[oa]\b|\bsemipresencial|\bbimodal")

LINE_WORDS = ("estrategia", "linea", "eje", "programa", "componente", "proyecto")

_STATES = {
    "reported_done": "cumplido, cumplida, cumplio, si cumplio, finalizado, finalizada, terminado, terminada, "
    "ejecutado, ejecutada, realizado, realizada, cerrado, cerrada, completado, completada, cumplido totalmente, "
    "cumplimiento total, verificado, verificada, verificado con la ciudadania",
    "in_progress": "en avance, en proceso, en curso, en ejecucion, en tramite, en gestion, en desarrollo, avanzando, "
    "vencido, vencida, atrasado, atrasada, retrasado, retrasada, en termino, en terminos, iniciado, iniciada",
    "recorded": "registrado, registrada, pendiente, abierto, abierta, sin iniciar, no iniciado, no iniciada, "
    "por iniciar, programado, programada, nuevo",
    "partly_done": "cumplido parcialmente, cumplido parcial, parcialmente cumplido, cumplimiento parcial, "
    "cumplido en parte, parcial, cumplida parcialmente",
    "not_viable": "no viable, inviable",
    "breached": "incumplido, incumplida, no cumplido, no cumplida, no cumplio, no se cumplio",
    "carried_over": "aplazado, aplazada, pasa a otra vigencia, pasa a la vigencia siguiente, pasa a la otra vigencia, "
    "reprogramado, reprogramada, trasladado, trasladada",
}
_STATE_OF = {word.strip(): state for state, words in _STATES.items() for word in words.split(",")}
_HEAD = re.compile(r"\s*[:;,.(–\n]\s*|\s-\s")


def stage_of(phase: str) -> str:
    """The stage of the cycle that a phase's name tells, "" when it does not."""
    words = normalise(phase)
    if "transversal" in words:
        return "cross_cutting"
    return min(_found(words, _STAGES), default=(0, ""))[1]


def incidences_of(text: str) -> list[str]:
    """The levels of incidence that the words name, in their order; none when they name none."""
    return [level for _, level in sorted(_found(normalise(text), _INCIDENCE))]


def modality_of(text: str) -> str:
    """In person, virtual or hybrid; "" when the words tell none."""
    words = normalise(text)
    in_person, virtual = _IN_PERSON.search(words), _VIRTUAL.search(words)
    if _HYBRID.search(words) or (in_person and virtual):
        return "hybrid"
    return "in_person" if in_person else "virtual" if virtual else ""


def is_line(block: str) -> bool:
    """Whether the words open as the name of a strategic line does."""
    return normalise(block).startswith(tuple(f"{word} " for word in LINE_WORDS))


def state_of(text: str) -> tuple[str, str]:
    """The state of a commitment and what its cell says besides («Incumplido: sin presupuesto»); ("", "") if unknown."""
    if state := _STATE_OF.get(normalise(text)):
        return state, ""
    cut = _HEAD.search(text)
    if cut and (state := _STATE_OF.get(normalise(text[: cut.start()]))):
        return state, one_line(text[cut.end() :]).strip(" ().;")
    return "", ""


def _found(words: str, catalogue: dict[str, tuple[str, ...]]) -> list[tuple[int, str]]:
    """(where, which) of each catalogue value whose words occur."""
    found = []
    for value, openings in catalogue.items():
        places = [match.start() for opening in openings if (match := re.search(rf"\b{opening}", words))]
        if places:
            found.append((min(places), value))
    return found
