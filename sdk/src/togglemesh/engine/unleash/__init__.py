"""What Unleash defines: its client features, told in documents of ours."""
