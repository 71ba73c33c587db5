package dev.flint.oci.delta;

import dev.flint.oci.Descriptor;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.util.Set;
import java.util.function.Consumer;

/** What is left when a layer cannot be had chunk by chunk: to fetch it whole, with a note why. */
public final class WholeFetch {
  /** What a table or parts of a blob can be, while the whole blob is in order. */
  private static final Set<ErrorCode> REASONS =
      Set.of(ErrorCode.INTEGRITY, ErrorCode.PROTOCOL, ErrorCode.POLICY);

  private final Descriptor layer;
  private final Consumer<String> notes;

  /** For one layer. */
  public WholeFetch(Descriptor layer, Consumer<String> notes) {
    this.layer = layer;
    this.notes = notes;
  }

  /** Says why. */
  public void because(String why) {
    notes.accept("fetching layer " + layer.digest().abbreviated() + " whole: " + why);
  }

  /** Says why, or throws what would end a whole fetch as well. */
  public void orThrow(FlintException e) throws FlintException {
    if (!REASONS.contains(e.code())) {
      throw e;
    }
    because(String.valueOf(e.getMessage()));
  }
}
