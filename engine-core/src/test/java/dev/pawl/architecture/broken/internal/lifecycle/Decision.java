package dev.pawl.architecture.broken.internal.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** As pure as a rule should be: must not be reported. */
public record Decision(Instant now, @Nullable Duration delay, List<String[]> effects) {}
