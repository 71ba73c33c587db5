package dev.flint.cli.command;

import dev.flint.oci.Descriptor;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.archive.ImageBundle;
import dev.flint.oci.archive.ImageCopy;
import dev.flint.oci.archive.Location;
import dev.flint.oci.archive.Location.Form;
import dev.flint.oci.archive.NamedImage;
import dev.flint.oci.archive.StoreTarget;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.oci.transfer.ReferrerSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flint load}. */
@Command(
    name = "load",
    sortOptions = false,
    description = "Take the images of an archive into the local store.",
    footer = {
      "",
      "Reads what flint save, docker save, podman save and skopeo write, compressed or",
      "not. Prints the reference of each image with its digest.",
      "",
      "Example:  flint load --from images.tar",
      "          gzip < images.tar | flint load --from -"
    })
public final class LoadCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FILE",
      description = "The archive; - is standard input.")
  String file;

  @Option(
      names = {"-t", "--tag"},
      paramLabel = "REF",
      description = "Name of the image, instead of what the archive calls it; for one image only.")
  @Nullable Reference name;

  @Mixin SpoolOption spool = new SpoolOption();

  @Mixin OutputOptions format = new OutputOptions();

  /** Works in a context. */
  public LoadCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    Location.Archive source =
        new Location.Archive(
            Form.DOCKER,
            file.equals("-") ? Optional.empty() : Optional.of(Path.of(file)),
            Optional.empty());
    try (Places places =
        new Places(context, new RegistryOptions(), context.spool(spool.maxBytes()))) {
      ImageBundle bundle = places.bundle(source);
      // All names are known to be good before the first image is taken.
      Map<Reference, Descriptor> images = named(bundle);
      LayoutImages store = context.pullTarget(places.storeToChange(), List.of());
      for (Map.Entry<Reference, Descriptor> image : images.entrySet()) {
        Document root = bundle.manifest(image.getValue());
        StoreTarget target = new StoreTarget(store, image.getKey());
        new ImageCopy(bundle, target, context.progress())
            .copy(root, Optional.empty(), ReferrerSource.NONE);
      }
      report(images);
    }
    return 0;
  }

  private Map<Reference, Descriptor> named(ImageBundle bundle) throws IOException {
    Map<Reference, Descriptor> named = new LinkedHashMap<>();
    if (name != null) {
      named.put(name, bundle.choose(Optional.empty()).root());
      return named;
    }
    for (NamedImage image : bundle.images()) {
      for (String text : image.names()) {
        named.put(reference(text, bundle), image.root());
      }
    }
    if (named.isEmpty()) {
      throw new FlintException(
          ErrorCode.NOT_FOUND,
          bundle.what() + " has no image with a name",
          "give its one image a name with --tag REF");
    }
    return named;
  }

  /** A tag alone, which skopeo makes of {@code oci-archive:FILE:TAG}, names no repository. */
  private static Reference reference(String text, ImageBundle bundle) throws FlintException {
    Optional<Reference> reference = Optional.empty();
    try {
      reference = Optional.of(Reference.parse(text));
    } catch (IllegalArgumentException e) {
      // As good as a tag alone.
    }
    return reference
        .filter(parsed -> text.indexOf(':') > 0 || text.indexOf('/') > 0)
        .orElseThrow(
            () ->
                new FlintException(
                    ErrorCode.USAGE,
                    bundle.what() + " calls an image \"" + text + "\", which is no reference",
                    "name its one image with --tag REF, or copy one of several with flint copy"));
  }

  private void report(Map<Reference, Descriptor> images) throws FlintException {
    List<Pinned> loaded = new ArrayList<>();
    images.forEach((reference, root) -> loaded.add(Pinned.of(reference, root.digest())));
    format.print(context, Pinned.result("load/v1", loaded));
  }
}
