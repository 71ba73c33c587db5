package dev.flint.cli.command;

import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.util.List;

/** One row of a list of images. */
record ImageSummary(String name, Digest digest, ImageFacts facts) {
  /** In place of a name. */
  static final String UNNAMED = "<none>";

  /** What other commands find it by. */
  String identifier() {
    return name.equals(UNNAMED) ? digest.toString() : name;
  }

  JsonObject toJson() {
    String platform = facts.platform();
    return JsonObject.empty()
        .with("reference", name)
        .with("digest", digest.toString())
        .with("backend", facts.backend())
        .withStrings("platforms", platform.isEmpty() ? List.of() : List.of(platform.split(",", -1)))
        .with("created", facts.created())
        .with("diskFormat", facts.diskFormat())
        .with("size", facts.sizeBytes());
  }
}
