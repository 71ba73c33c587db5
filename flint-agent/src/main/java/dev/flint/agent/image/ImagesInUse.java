package dev.flint.agent.image;

import dev.flint.agent.instance.ImageDocument;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.pod.update.UpdateRecords;
import dev.flint.oci.Digest;
import dev.flint.oci.Reference;
import dev.flint.oci.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What must stay, however full the disk is.
 *
 * @param content keys of {@link UnpackedContent}
 * @param manifests of images that must stay with all their content
 * @param references names of such images
 */
record ImagesInUse(Set<String> content, Set<Digest> manifests, Set<String> references) {
  /**
   * What is in use now: by every instance there is, whether it runs, waits or has ended, by who
   * fetches, by an update that may go back, and by who was named. It is to be read while nobody can
   * make an instance.
   *
   * @param state the agent's folder
   * @param named images that something will want, such as a pod whose instance is not made yet
   * @throws IOException if it cannot be known for certain
   */
  static ImagesInUse read(Path state, Path images, Collection<String> named) throws IOException {
    Set<String> content = new HashSet<>(FetchIntent.all(images));
    Set<Digest> manifests = new HashSet<>();
    Path instances = state.resolve("instances");
    if (Files.isDirectory(instances)) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(instances)) {
        for (Path folder : folders) {
          Path image = folder.resolve("image.json");
          if (Files.exists(image)) {
            content.addAll(ofInstance(image));
          }
        }
      }
    }
    for (PreparedImage image : new UpdateRecords(state.resolve("updates")).keptImages()) {
      manifests.add(image.manifest());
      content.addAll(UnpackedContent.keys(image));
    }
    Set<String> references = new HashSet<>(named);
    for (String name : named) {
      try {
        references.add(Reference.parse(name).toString());
      } catch (IllegalArgumentException e) {
        // No image has such a name.
      }
    }
    return new ImagesInUse(content, manifests, references);
  }

  private static Set<String> ofInstance(Path image) throws IOException {
    try {
      return UnpackedContent.keys(
          ImageDocument.read(JsonObject.parse(Files.readAllBytes(image), image.toString())));
    } catch (NoSuchFileException e) {
      // It was removed just now.
      return Set.of();
    }
  }
}
