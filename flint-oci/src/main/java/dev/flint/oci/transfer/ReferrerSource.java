package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import java.io.IOException;
import java.util.List;

/** Knows which documents refer to another by their {@code subject} (OCI image spec 1.1). */
@FunctionalInterface
public interface ReferrerSource {
  /** Knows of none. */
  ReferrerSource NONE = subject -> List.of();

  /** The manifests and indexes whose subject is this document. */
  List<Descriptor> referrersOf(Descriptor subject) throws IOException;
}
