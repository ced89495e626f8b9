"""What the demonstration shows of this plugin: two invented reviews of Meridia, in files of the forms of real ones."""
