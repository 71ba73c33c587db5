package dev.flint.oci.transfer;

import dev.flint.oci.Descriptor;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The repository that an image comes from, of the registry that it goes to: it has every blob. */
public final class SourceRepository implements MountSource {
  private final String repository;
  private final AtomicBoolean refused = new AtomicBoolean();

  /** Knows a repository, without the host. */
  public SourceRepository(String repository) {
    this.repository = repository;
  }

  @Override
  public List<String> repositories(Descriptor blob) {
    return refused.get() ? List.of() : List.of(repository);
  }

  @Override
  public void refused(String other) {
    refused.set(true);
  }
}
