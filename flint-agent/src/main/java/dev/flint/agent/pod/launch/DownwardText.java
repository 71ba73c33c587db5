package dev.flint.agent.pod.launch;

import dev.flint.agent.pod.EnvEntry;
import dev.flint.oci.error.FlintException;

/** What a downward item says. */
final class DownwardText {
  private DownwardText() {}

  static String of(EnvEntry.Source source, PodValues values) throws FlintException {
    return source instanceof EnvEntry.Resource resource
        ? values.resource(resource, "")
        : values.field(((EnvEntry.Field) source).path());
  }
}
