package dev.flint.cli.command;

import dev.flint.build.VariantNames;
import dev.flint.cli.console.Result;
import dev.flint.oci.Document;
import dev.flint.oci.Reference;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.registry.RegistryClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flint push}. */
@Command(
    name = "push",
    sortOptions = false,
    description = "Send an image of the local store to its registry.",
    footer = {
      "",
      "What the registry has already is not sent again. Prints the reference with its",
      "digest.",
      "",
      "Example:  flint push localhost:5000/demo/osv-hello:1.0"
    })
public final class PushCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "REF", description = "HOST/REPOSITORY[:TAG].")
  Reference reference;

  @Option(
      names = "--mount-from",
      paramLabel = "REPO",
      description =
          "A repository of the same registry that may have blobs of the image, which are then taken"
              + " over there instead of sent; others that the local store knows of are asked too."
              + " Repeatable.")
  List<String> mountFrom = new ArrayList<>();

  @Option(
      names = "--all-variants",
      description = "Send what flint build made beside it too, such as REF-osv.")
  boolean allVariants;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin PublishOptions published = new PublishOptions();

  @Mixin RegistryOptions registry = new RegistryOptions();

  @Mixin JobsOption jobs = new JobsOption();

  @Spec CommandSpec spec;

  /** Works in a context. */
  public PushCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    published.check(context);
    RegistryClient client = context.registry(registry);
    client.repository(reference);
    List<String> others = mountFrom.stream().map(this::repository).toList();
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      StorePush target = new StorePush(context, client, store, jobs.count(), others);
      Map<Reference, Document> sent = new LinkedHashMap<>();
      try {
        sent.put(reference, target.push(reference));
        if (allVariants) {
          sendOthers(target, VariantNames.others(store.index(), reference), sent);
        }
        published.write(context, () -> PublishedImage.all(sent, new LayoutImages(store)));
      } finally {
        // What was sent before another failed stays sent.
        if (!sent.isEmpty()) {
          output.print(context, result(sent));
        }
      }
    }
    return 0;
  }

  private static Result result(Map<Reference, Document> sent) {
    return Pinned.result(
        "push/v1",
        sent.entrySet().stream()
            .map(image -> Pinned.of(image.getKey(), image.getValue().digest()))
            .toList());
  }

  private void sendOthers(
      StorePush target, VariantNames.Others others, Map<Reference, Document> sent)
      throws IOException {
    for (Reference sibling : others.siblings()) {
      sent.put(sibling, target.push(sibling));
    }
    for (Reference stranger : others.strangers()) {
      context.note(stranger + " is of another build than " + reference + ", so it is not sent");
    }
  }

  /** The name within the registry, of a repository that may be given with its host or without. */
  private String repository(String text) {
    String host = reference.host() + "/";
    try {
      Reference other = Reference.parse(text.startsWith(host) ? text : host + text);
      if (other.isTagImplied() && other.digest().isEmpty()) {
        return other.repository();
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new ParameterException(
        spec.commandLine(), "--mount-from takes a repository of " + reference.host() + ": " + text);
  }
}
