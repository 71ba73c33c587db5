package dev.flint.oci.foreignimage;

import dev.flint.oci.backend.BackendKind;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.layer.TarNames;
import java.util.Optional;

/** Images that Flint stores, copies, tells and unpacks, but has nothing to run by. */
public final class Carried {
  private Carried() {}

  /**
   * Refuses an image that nothing here runs, before any of its layers is fetched.
   *
   * @param name how the user called it
   * @throws FlintException UNSUPPORTED with what it would need
   */
  public static void requireRunHere(Object name, DiskImage image) throws FlintException {
    Optional<FlintException> refusal = refusal(name, image);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** Why an image cannot run here, whatever the host has; empty if that is up to the host. */
  public static Optional<FlintException> refusal(Object name, DiskImage image)
      throws FlintException {
    Optional<String> backend = image.config().backend();
    Optional<BackendKind> kind = backend.flatMap(BackendKind::byId);
    if (backend.isPresent() && kind.isEmpty()) {
      return Optional.of(refusal(name + " is for \"" + TarNames.shorten(backend.get()) + "\"", ""));
    }
    if (kind.isPresent()) {
      return kind.get().isRunHere()
          ? Optional.empty()
          : Optional.of(
              refusal(
                  name + " is for " + kind.get().id(), "it needs " + kind.get().needs() + "; "));
    }
    Optional<ForeignImage> foreign = ForeignProbe.byDocuments(image);
    return foreign.map(found -> refusal(name + " is " + found.kind().label(), ""));
  }

  private static FlintException refusal(String what, String needs) {
    return new FlintException(
        ErrorCode.UNSUPPORTED,
        what + ", which Flint carries but does not run",
        needs + "flint unpack gives its files");
  }
}
