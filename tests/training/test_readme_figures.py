from training.readme_figures import README, with_table


def test_the_readme_shows_the_figures_of_the_shipped_cards() -> None:
    readme = README.read_text(encoding="utf-8")
    assert with_table(readme) == readme
    assert "always the commonest class" in readme
