package dev.flint.cli.command;

import dev.flint.build.container.BaseImages;
import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.ImageIndex;
import dev.flint.oci.Manifest;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.Location;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.MountSource;
import dev.flint.oci.transfer.PlatformCheck;
import dev.flint.oci.transfer.Transfer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bases of containers. One from a registry is pulled into the local store, under its own name, as
 * docker does it: so its bytes come once, by the user's credentials and mirrors, and a build
 * without a network goes on with what is there.
 */
final class BaseFetch implements BaseImages {
  private final Context context;
  private final Places places;
  private final RegistryOptions registry;
  private final OciLayout store;
  private final Rule rule;
  private final Map<Location, Base> found = new HashMap<>();

  /**
   * How bases are fetched.
   *
   * @param anew whether a registry is asked even if the store has the base
   * @param allPlatforms whether the base is wanted for more than one platform
   * @param jobs how many blobs at a time
   */
  record Rule(boolean anew, boolean allPlatforms, int jobs) {}

  /**
   * Finds bases for one build.
   *
   * @param places opens what is in no registry; not the store
   * @param store in use until the build ends
   */
  BaseFetch(Context context, Places places, RegistryOptions registry, OciLayout store, Rule rule) {
    this.context = context;
    this.places = places;
    this.registry = registry;
    this.store = store;
    this.rule = rule;
  }

  @Override
  public synchronized Base find(Location location, Platform platform) throws IOException {
    Base known = found.get(location);
    if (known == null) {
      known = open(location, platform);
      found.put(location, known);
    }
    return known;
  }

  private Base open(Location location, Platform platform) throws IOException {
    if (location instanceof Location.Registry place) {
      return pull(place.reference(), platform);
    }
    if (location instanceof Location.Store place) {
      LayoutImages images = new LayoutImages(store);
      return new Base(images, images.manifest(images.require(place.reference())));
    }
    Origin origin = places.origin(location);
    return new Base(origin.images(), origin.root());
  }

  private Base pull(Reference reference, Platform platform) throws IOException {
    LayoutImages images = new LayoutImages(store);
    if (!rule.anew) {
      Optional<Descriptor> entry = images.find(reference);
      if (entry.isPresent()) {
        Document root = images.manifest(entry.get());
        if (isFor(images, root, platform)) {
          return new Base(images, root);
        }
      }
    }
    context.note("fetching the base " + reference);
    Transfer transfer =
        new Transfer(
            context.source(registry, reference),
            context.pullTarget(store, List.of()),
            context.progress(),
            rule.jobs,
            MountSource.NONE);
    Optional<Platform> one = rule.allPlatforms ? Optional.empty() : Optional.of(platform);
    return new Base(images, transfer.copy(reference, reference, one));
  }

  private static boolean isFor(LayoutImages images, Document root, Platform platform)
      throws IOException {
    if (!root.isIndex()) {
      return platform.accepts(PlatformCheck.config(images, Manifest.of(root)).platform());
    }
    for (Descriptor entry : ImageIndex.of(root).manifests()) {
      if (entry.platform().filter(platform::accepts).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
