"""What is known of a file: the hash of its content, and how long it is."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """One content. Names, types and owners belong to those who point here."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest
