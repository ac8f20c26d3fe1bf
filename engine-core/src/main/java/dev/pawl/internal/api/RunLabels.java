package dev.pawl.internal.api;

import dev.pawl.Metadata;
import dev.pawl.MetadataOperation;
import dev.pawl.RunMetadata;
import dev.pawl.internal.labels.MetadataEdit;
import dev.pawl.internal.loop.Command;
import dev.pawl.internal.loop.Reply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@link Metadata} of a run.
 *
 * @param context the run that asks, where that is settled; null where it is whichever the calling
 *     thread belongs to
 */
record RunLabels(Core core, long runId, @Nullable Context context) implements RunMetadata {

  @Override
  public Map<String, Object> current() {
    return Values.metadataOf(runId, core.storedRun(runId).metadata());
  }

  @Override
  public @Nullable Object get(String key) {
    return MetadataEdit.get(current(), key);
  }

  @Override
  public void apply(List<MetadataOperation> operations) {
    if (operations.isEmpty()) {
      return;
    }
    MetadataChange change = MetadataChange.of(runId, operations);
    Context caller = context == null ? Context.currentOf(core) : context;
    if (caller == null) {
      core.loop()
          .call(
              new Command.EditMetadata(
                  runId, null, change.operations(), change.growthAtMost(), new Reply<>()));
    } else {
      caller.edit(runId, change);
    }
  }

  @Override
  public Metadata parent() {
    long parentId = context == null ? 0 : context.attemptOf().parentId();
    return parentId == 0 ? this : new RunLabels(core, parentId, context);
  }

  @Override
  public Metadata root() {
    return context == null ? this : new RunLabels(core, context.attemptOf().rootId(), context);
  }
}
