package dev.flint.oci.archive;

import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.ImageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Images with names of any kind, in a folder or in an archive. Thread-safe. */
public interface ImageBundle extends ImageSource, AutoCloseable {
  /** Names the bundle in errors. */
  String what();

  /** Its images, in the order they are listed. */
  List<NamedImage> images() throws IOException;

  /**
   * Chooses an image.
   *
   * @param name empty for the only image, or the only one that has a name
   * @throws FlintException NOT_FOUND if there is none, or no single one; it says which there are
   */
  default NamedImage choose(Optional<String> name) throws IOException {
    List<NamedImage> images = images();
    if (name.isPresent()) {
      return byName(name.get()).orElseThrow(() -> notFound("has no image " + name.get(), images));
    }
    List<NamedImage> named = images.stream().filter(image -> !image.names().isEmpty()).toList();
    List<NamedImage> choice = named.isEmpty() ? images : named;
    if (choice.stream().map(image -> image.root().digest()).distinct().count() != 1) {
      throw notFound(choice.isEmpty() ? "holds no image" : "holds several images", images);
    }
    return choice.get(0);
  }

  private Optional<NamedImage> byName(String name) throws IOException {
    String wanted = DockerNames.familiar(name);
    return images().stream()
        .filter(
            image ->
                image.names().contains(name)
                    || image.names().stream().map(DockerNames::familiar).anyMatch(wanted::equals))
        .findFirst();
  }

  private FlintException notFound(String why, List<NamedImage> images) {
    List<String> names = new ArrayList<>();
    images.forEach(image -> names.addAll(image.names()));
    return new FlintException(
        ErrorCode.NOT_FOUND,
        what() + " " + why,
        names.isEmpty() ? "" : "choose one by its name: " + String.join(", ", names));
  }

  @Override
  default Optional<Document> resolve(Reference reference) throws IOException {
    Optional<NamedImage> image = byName(reference.tagged());
    return image.isPresent() ? Optional.of(manifest(image.get().root())) : Optional.empty();
  }

  @Override
  void close() throws IOException;
}
