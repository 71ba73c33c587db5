package dev.flint.cli.command;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What one command made or moved.
 *
 * @param all at least one; the first is what the command was asked for, others are beside it
 */
record PublishedImages(List<PublishedImage> all) {
  PublishedImages {
    all = List.copyOf(all);
  }

  /** What {@code --digest-file} has. */
  String digest() {
    return main().document().digest().toString();
  }

  /**
   * What {@code --metadata-file} has: under the names that docker buildx gives its members, so that
   * scripts for it work, and every image.
   */
  JsonObject metadata() throws FlintException {
    JsonObject json =
        JsonObject.empty()
            .with("schema", "metadata/v1")
            .with("image.name", names())
            .with("containerimage.digest", digest())
            .with("containerimage.descriptor", main().document().descriptor().json());
    if (main().configDigest().isPresent()) {
      json = json.with("containerimage.config.digest", main().configDigest().get());
    }
    return json.withObjects("images", all.stream().map(PublishedImage::json).toList());
  }

  /** What {@code --github-output} has, named as docker/build-push-action names its outputs. */
  GithubOutput githubOutput() throws FlintException {
    GithubOutput output =
        new GithubOutput()
            .with("digest", digest())
            .with("reference", main().name())
            .with("pinned", main().pinned().text());
    if (main().configDigest().isPresent()) {
      output.with("imageid", main().configDigest().get());
    }
    return output.with("metadata", metadata().toString());
  }

  private PublishedImage main() {
    return all.get(0);
  }

  /** All names of the main image. */
  private String names() {
    return all.stream()
        .filter(image -> image.document().digest().equals(main().document().digest()))
        .map(PublishedImage::name)
        .collect(Collectors.joining(","));
  }
}
