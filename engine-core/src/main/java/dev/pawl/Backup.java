package dev.pawl;

import java.nio.file.Path;

/**
 * A backup that was made: a folder that opens as the store did.
 *
 * @param folder where it is
 * @param bytes what its files take
 */
public record Backup(Path folder, long bytes) {}
