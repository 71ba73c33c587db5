package dev.flint.oci.archive;

import dev.flint.oci.Descriptor;
import dev.flint.oci.store.LayoutIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images of an {@code index.json}: entries of one digest are one image with several names. */
final class ListedImages {
  /** What containerd and docker save call an image; their ref.name is the tag alone. */
  private static final String CONTAINERD_NAME = "io.containerd.image.name";

  private ListedImages() {}

  static List<NamedImage> of(LayoutIndex index) throws IOException {
    Map<Descriptor, List<String>> names = new LinkedHashMap<>();
    for (Descriptor entry : index.entries()) {
      if (!LayoutIndex.isRetired(entry)) {
        List<String> known = names.computeIfAbsent(entry, key -> new ArrayList<>());
        Optional<String> whole = entry.annotation(CONTAINERD_NAME);
        (whole.isPresent() ? whole : LayoutIndex.nameOf(entry)).ifPresent(known::add);
      }
    }
    List<NamedImage> images = new ArrayList<>();
    names.forEach((root, known) -> images.add(new NamedImage(root, List.copyOf(known))));
    return images;
  }
}
