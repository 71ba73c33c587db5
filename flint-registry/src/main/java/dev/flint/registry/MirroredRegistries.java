package dev.flint.registry;

import dev.flint.oci.Reference;
import dev.flint.oci.transfer.ImageSource;
import dev.flint.registry.settings.Mirror;
import dev.flint.registry.settings.RegistrySettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens repositories to read from, with the mirrors that the user has for them. */
final class MirroredRegistries {
  private final RegistryClient registries;
  private final Supplier<RegistryClient> mirrors;
  private final RegistrySettings settings;
  private final Consumer<String> notes;

  /**
   * Reads from registries.
   *
   * @param mirrors is asked for the client of mirrors if there are any: one that has none of the
   *     credentials that are meant for the registry
   * @param notes is told of mirrors that fail
   */
  MirroredRegistries(
      RegistryClient registries,
      Supplier<RegistryClient> mirrors,
      RegistrySettings settings,
      Consumer<String> notes) {
    this.registries = registries;
    this.mirrors = mirrors;
    this.settings = settings;
    this.notes = notes;
  }

  /**
   * The repository a reference is in.
   *
   * @throws dev.flint.oci.error.FlintException USAGE if the reference has no host
   */
  ImageSource source(Reference reference) throws IOException {
    ImageSource original = registries.repository(reference);
    List<Mirror> known = settings.named(reference.host()).mirrors();
    if (known.isEmpty()) {
      return original;
    }
    RegistryClient client = mirrors.get();
    List<MirroredSource.Copy> copies = new ArrayList<>();
    for (Mirror mirror : known) {
      Reference place = mirror.place(reference);
      copies.add(new MirroredSource.Copy(mirror.toString(), place, client.repository(place)));
    }
    return new MirroredSource(copies, original, notes);
  }
}
