"""Clinics as the vendor's staff register, change, close and survey them."""
