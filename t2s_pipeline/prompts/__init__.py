"""What a model is asked, and how its answer is read: templates, renderer, feedback, extractor. No model here."""
