"""The classes, once."""

from core.labels import EMOTIONS, MODALITIES, Emotion


def test_the_emotions_stand_in_the_order_of_fer2013():
    assert [str(emotion) for emotion in EMOTIONS] == ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]


def test_a_class_is_found_by_its_name():
    assert Emotion("sadness") is Emotion.SADNESS


def test_the_lanes_are_face_voice_and_text():
    assert [str(modality) for modality in MODALITIES] == ["face", "voice", "text"]
