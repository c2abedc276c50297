"""What files say beside their pictures, whatever the format: EXIF, IPTC-IIM, XMP, profiles, appended data."""
