from commitments.models.answer import CitizenAnswer
from commitments.models.commitment import Commitment, Row
from commitments.models.extension import Extension
from commitments.models.follow_up import FollowUp
from commitments.models.verification import Verification

__all__ = ["CitizenAnswer", "Commitment", "Extension", "FollowUp", "Row", "Verification"]
