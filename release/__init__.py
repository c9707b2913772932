"""What a maintainer runs to make a release."""
