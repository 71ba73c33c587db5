package dev.flint.cli.command;

import dev.flint.oci.Digest;
import dev.flint.oci.json.JsonObject;
import java.util.List;

/** One row of a list of images. */
record ImageSummary(String name, Digest digest, ImageFacts facts) {
  /** In place of a name. */
  static final String UNNAMED = "<none>";

  private static final int MOST_SHOWN = 4;

  /** Each for a few columns: the rows of all images are as wide as the widest. */
  String shownPlatforms() {
    List<String> all = platforms();
    return all.size() <= MOST_SHOWN
        ? String.join(",", all)
        : String.join(",", all.subList(0, MOST_SHOWN - 1))
            + ",+"
            + (all.size() - MOST_SHOWN + 1)
            + " more";
  }

  private List<String> platforms() {
    String platform = facts.platform();
    return platform.isEmpty() ? List.of() : List.of(platform.split(",", -1));
  }

  /** What other commands find it by. */
  String identifier() {
    return name.equals(UNNAMED) ? digest.toString() : name;
  }

  JsonObject toJson() {
    return JsonObject.empty()
        .with("reference", name)
        .with("digest", digest.toString())
        .with("backend", facts.backend())
        .withStrings("platforms", platforms())
        .with("created", facts.created())
        .with("diskFormat", facts.diskFormat())
        .with("size", facts.sizeBytes());
  }
}
