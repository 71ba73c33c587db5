package dev.flint.cli.command;

import dev.flint.build.VariantNames;
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
  private static final String BESIDE = "-flint-base";
  private static final int MAX_TAG = 128;

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
      known = open(location, platform, rule.anew);
    } else if (location instanceof Location.Registry && !isFor(known, platform)) {
      // What the store had was for one platform.
      known = open(location, platform, true);
    }
    found.put(location, known);
    return known;
  }

  private Base open(Location location, Platform platform, boolean anew) throws IOException {
    if (location instanceof Location.Registry place) {
      return pull(place.reference(), platform, anew);
    }
    if (location instanceof Location.Store place) {
      LayoutImages images = new LayoutImages(store);
      return new Base(images, images.manifest(images.require(place.reference())));
    }
    Origin origin = places.origin(location);
    return new Base(origin.images(), origin.root());
  }

  private Base pull(Reference reference, Platform platform, boolean anew) throws IOException {
    LayoutImages images = new LayoutImages(store);
    Reference beside = beside(reference);
    Optional<Descriptor> before = images.find(reference);
    for (Optional<Descriptor> entry : List.of(before, images.find(beside))) {
      if (!anew && entry.isPresent()) {
        Base base = new Base(images, images.manifest(entry.get()));
        if (isFor(base, platform)) {
          return base;
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
    // What has the name may be the user's own work, which nothing but the user replaces.
    boolean taken =
        before.isPresent()
            && (!rule.anew || before.get().annotation(VariantNames.VARIANT).isPresent());
    Reference to = taken || reference.digest().isPresent() ? beside : reference;
    return new Base(images, transfer.copy(reference, to, one));
  }

  /** Where a base is if its own name is taken. */
  private static Reference beside(Reference reference) {
    if (reference.digest().isPresent()) {
      return reference.withDigest(reference.digest().get());
    }
    String tag = reference.tag();
    String start = tag.substring(0, Math.min(tag.length(), MAX_TAG - BESIDE.length()));
    return Reference.of(reference.host(), reference.repository(), start + BESIDE);
  }

  private static boolean isFor(Base base, Platform platform) throws IOException {
    Document root = base.root();
    if (!root.isIndex()) {
      return platform.accepts(PlatformCheck.config(base.images(), Manifest.of(root)).platform());
    }
    for (Descriptor entry : ImageIndex.of(root).manifests()) {
      if (entry.platform().filter(platform::accepts).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
