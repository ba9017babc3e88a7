"""The trained model: its files, their checksums, the sentence encoder and the linear parts that read its vectors."""
