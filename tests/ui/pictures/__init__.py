"""Pictures of every window, to be looked at and for the documents: python -m tests.ui.pictures FOLDER"""
