package dev.flint.oci;

import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads lists of descriptors; a stream cannot, as reading one may throw. */
final class Descriptors {
  private Descriptors() {}

  static List<Descriptor> of(List<JsonObject> objects) throws FlintException {
    List<Descriptor> out = new ArrayList<>(objects.size());
    for (JsonObject object : objects) {
      out.add(Descriptor.of(object));
    }
    return Collections.unmodifiableList(out);
  }
}
