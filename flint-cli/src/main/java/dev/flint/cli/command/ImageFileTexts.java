package dev.flint.cli.command;

import dev.flint.cli.command.StoredImage.Content;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.Digest;
import dev.flint.oci.foreignimage.ForeignFile;
import dev.flint.oci.image.ImageFile;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** How the files of an image are told. */
final class ImageFileTexts {
  private ImageFileTexts() {}

  static List<JsonObject> json(Content content) {
    List<JsonObject> files = new ArrayList<>();
    for (ImageFile file : content.files()) {
      JsonObject json =
          JsonObject.empty()
              .with("role", file.role().id())
              .with("digest", file.digest().map(Digest::toString).orElse(""))
              .with("layer", file.layer().digest().toString());
      files.add(file.size().isPresent() ? json.with("size", file.size().getAsLong()) : json);
    }
    content
        .foreign()
        .ifPresent(
            found -> {
              for (ForeignFile file : found.files()) {
                files.add(
                    JsonObject.empty().with("role", file.role().id()).with("place", file.place()));
              }
            });
    return files;
  }

  static List<String> lines(Content content) {
    List<String> lines = new ArrayList<>();
    for (ImageFile file : content.files()) {
      lines.add(
          file.role().id()
              + (file.size().isPresent() ? "  " + Sizes.of(file.size().getAsLong()) : "")
              + file.digest().map(digest -> "  " + digest).orElse(""));
    }
    content
        .foreign()
        .ifPresent(
            found ->
                found.files().forEach(file -> lines.add(file.role().id() + "  " + file.place())));
    return lines;
  }
}
