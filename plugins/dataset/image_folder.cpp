#include "image_folder.hpp"

#include <strings.h>

#include <algorithm>
#include <cstdio>

#include "text.hpp"

namespace fs = std::filesystem;

using byolab::Error;
using images::count_of;
using images::shown;

namespace {

/// One split within the other, or both the same: what is measured would have been trained on.
void check_apart(const fs::path& here, const fs::path& other) {
  std::error_code none;
  const fs::path a = fs::canonical(here, none), b = fs::canonical(other, none);
  const auto within = [](const fs::path& inner, const fs::path& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
  };
  if (a == b)
    throw Error("[data] train and test are the same folder, " + shown(a.string()) +
                    ": what is measured on images that were trained on says nothing of others",
                "name a folder of other images; [data] validation = 0.1 sets a tenth of the training images aside");
  if (within(a, b) || within(b, a))
    throw Error("of the folders of [data] train and test one lies in the other, so that they share images: " +
                    shown(a.string()) + ", " + shown(b.string()),
                "name two folders side by side");
}

std::string listed(const std::map<std::string, std::int64_t>& endings) {
  std::vector<std::pair<std::int64_t, std::string>> most;
  std::int64_t others = 0;
  for (const auto& [ending, count] : endings) {
    if (ending.empty())
      others += count;
    else
      most.emplace_back(count, ending);
  }
  std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::string text;
  for (std::size_t i = 0; i < most.size(); ++i) {
    if (i < 8)
      text += (i ? ", " : "") + std::to_string(most[i].first) + " " + most[i].second;
    else
      others += most[i].first;
  }
  return others == 0 ? text : text + (text.empty() ? "" : ", ") + std::to_string(others) + " others";
}

/// " (in bytes 65 cc 81)" behind a name that may look like another on the screen.
std::string bytes_of(const std::string& name) {
  std::string text;
  char two[8];
  for (const char one : name) {
    std::snprintf(two, sizeof two, " %02x", static_cast<unsigned char>(one));
    text += two;
  }
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return (c & 0x80) == 0; });
  return ascii ? "" : " (in bytes" + text + ")";
}

std::string but_case(const std::string& name, const std::vector<std::string>& all) {
  for (const std::string& other : all)
    if (::strcasecmp(name.c_str(), other.c_str()) == 0) return "; it has '" + other + "'";
  return {};
}

}  // namespace

void ImageFolder::describe(byolab::Fields& field, Options& options) {
  // What counts is what the folder holds, which the fingerprint tells, not where it lies.
  field("root", options.root, "folder that holds a folder for each split; ~ is replaced, and ${NAME} as in every text",
        {.unit = "path", .changes_results = false, .required = true});
  field("train", options.train, "name of the training split's folder; \".\" is the root itself");
  field("test", options.test, "name of the test split's folder; \"\": there is none");
  field(
      "on_error", options.on_error, {{"fail", OnError::fail}, {"skip", OnError::skip}},
      "what to do about an image that cannot be read: stop, or decode all once at the start and leave such images out");
  // The fingerprint tells which images were left out.
  field("skip_at_most", options.skip_at_most, "share of a split's images that on_error = \"skip\" may leave out",
        {.min = 0, .max = 1, .changes_results = false});
  field("max_pixels", options.max_pixels, "most pixels of an image: a damaged header may claim any number",
        {.min = 1024, .max = 1 << 30, .changes_results = false});
  field("max_scans", options.max_scans, "most scans of a progressive JPEG: each costs the time of a whole image",
        {.min = 1, .max = 100'000, .changes_results = false});
}

ImageFolder::ImageFolder(const Options& options, const byolab::Context& context)
    : split_(context.split == "test" ? options.test : options.train), limits_{options.max_pixels, options.max_scans} {
  const fs::path root = images::at_home(options.root);
  if (split_.empty())
    throw Error("[data] " + context.split + " = \"\" says that there is no such split",
                context.split == "test" ? "name its folder, or leave out what needs test images" : "name its folder");
  const bool testing = context.split == "test";
  const fs::path here = images::find_split(root, split_, !testing);
  const std::string& other = testing ? options.train : options.test;
  std::error_code none;
  if (!other.empty() && fs::is_directory(root / other, none)) check_apart(here, root / other);
  folder_ = images::scan(here);
  // Who asks for the test images alone may have no others: a run finds out when it asks for the training images.
  if (const auto training = images::split_if_there(root, options.train, true); testing && training)
    number_classes_as(*training);
  tell_left_out();
  look_at_contents(options.on_error == OnError::skip);
  if (options.on_error == OnError::skip) leave_out_unreadable(options.skip_at_most);
  fingerprint_ = make_fingerprint();
}

/// A split that lacks a class must not number the others differently.
void ImageFolder::number_classes_as(const fs::path& training) {
  std::vector<std::string> all = images::class_names(training);
  std::vector<std::int64_t> number;
  for (const std::string& name : folder_.classes) {
    if (all.empty()) break;
    const auto found = std::lower_bound(all.begin(), all.end(), name);
    if (found == all.end() || *found != name)
      throw Error((folder_.path / name).string() + bytes_of(name) + " is a class that the training split (" +
                      training.string() + ") does not have" + but_case(name, all),
                  "give both splits the same classes, in the same bytes: é has two forms in Unicode");
    number.push_back(found - all.begin());
  }
  const bool differ = all.empty() != folder_.classes.empty();
  tell("without_label", differ ? size() : 0,
       "images of '" + split_ + "' count as ones without a class, since " +
           (all.empty() ? "the training split has no class folders" : "they lie in no class folder"));
  for (auto& file : folder_.files)
    file.label = file.label < 0 || number.empty() ? -1 : number[static_cast<std::size_t>(file.label)];
  folder_.classes = std::move(all);
}

void ImageFolder::tell(const char* name, std::int64_t count, const std::string& meaning, const std::string& first) {
  told_.push_back({name, shown(first.empty() ? meaning : meaning + "; the first: " + first)});
  counts_.push_back(static_cast<double>(count));
}

void ImageFolder::tell_left_out() {
  const images::LeftOut& out = folder_.left_out;
  std::int64_t others = 0;
  for (const auto& [ending, count] : out.by_ending) others += count;
  tell("other_files", others,
       "files of '" + split_ + "' left out, which are no images by their names (" + listed(out.by_ending) + ")",
       out.first);
  tell("hidden", out.hidden, "names in '" + split_ + "' left out, which begin with a dot");
  tell("beside_classes", out.without_class, "images of '" + split_ + "' left out, which lie beside the class folders",
       out.first_without_class);
}

void ImageFolder::look_at_contents(bool skip) {
  images::AllContents all = images::contents_of(folder_);
  std::int64_t deep = 0, further = 0, turned = 0;
  std::string first_deep, first_further, first_turned;
  for (std::size_t i = 0; i < all.files.size(); ++i) {
    const images::Contents& one = all.files[i];
    if (!one.trouble.empty() && !skip) throw Error(one.trouble, one.hint);
    if (one.deep && deep++ == 0) first_deep = folder_.files[i].path;
    if (one.further && further++ == 0) first_further = folder_.files[i].path;
    if (one.turned && turned++ == 0) first_turned = folder_.files[i].path;
  }
  tell("reduced", deep, "images of '" + split_ + "' have more than 8 bits a channel, which are reduced to 8",
       first_deep);
  tell("further_pages", further, "files of '" + split_ + "' have several pages, of which the first is read",
       first_further);
  tell("turned", turned,
       "images of '" + split_ +
           "' have an EXIF orientation, which is not applied, as torchvision's ImageFolder does not: what lies on its "
           "side stays so",
       first_turned);
  tell("not_kept", all.not_kept.empty() ? 0 : size(),
       "files of '" + split_ +
           "' were read for their contents, and will be at each start, since that cannot be kept: " + all.not_kept);
  contents_ = std::move(all.files);
}

void ImageFolder::leave_out_unreadable(double at_most) {
  std::vector<std::string> wrong(folder_.files.size());  // by index, so that nothing depends on threads
  byolab::parallel_for(size(), 16, [&](std::int64_t begin, std::int64_t end) {
    byolab::Picture picture;
    for (std::int64_t i = begin; i < end; ++i) {
      try {
        read(i, picture);
      } catch (const Error& error) {
        wrong[static_cast<std::size_t>(i)] = error.what();
      }
    }
  });
  const auto before = size();
  std::vector<images::Folder::File> kept;
  std::vector<images::Contents> kept_contents;
  std::string first;
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    if (wrong[i].empty()) {
      kept.push_back(std::move(folder_.files[i]));
      kept_contents.push_back(std::move(contents_[i]));
    } else if (first.empty()) {
      first = wrong[i];
    }
  }
  folder_.files = std::move(kept);
  contents_ = std::move(kept_contents);
  const std::int64_t out = before - size();
  tell("unreadable", out, "of " + count_of(before, "image") + " of '" + split_ + "' left out, which cannot be read",
       first);
  if (size() == 0) throw Error("none of the " + std::to_string(before) + " images can be read; the first: " + first);
  if (static_cast<double>(out) > at_most * static_cast<double>(before))
    throw Error(std::to_string(out) + " of " + count_of(before, "image") + " of '" + split_ +
                    "' cannot be read, and [data] skip_at_most = " + byolab::Value(at_most).toml() +
                    " allows fewer; the first: " + first,
                "mend or remove them, or set skip_at_most higher");
}

void ImageFolder::read(std::int64_t index, byolab::Picture& picture) const {
  thread_local images::Bytes bytes;  // kept, so that reading thousands of files allocates little
  const images::Folder::File& one = file(index);
  images::Stamp stamp;
  images::read_whole(one.path, bytes, &stamp);
  if (stamp != one.stamp && images::digest_of(bytes) != contents_[static_cast<std::size_t>(index)].digest)
    images::fail(one.path, "it has changed since the data set was opened", "begin anew: other images make another run");
  images::decode(one.path, bytes, limits_, picture);
}

std::int64_t ImageFolder::label(std::int64_t index, std::string_view) const { return file(index).label; }

std::string ImageFolder::make_fingerprint() const {
  // Names in the split and contents, not times: a data set that was unpacked twice is the same.
  const std::size_t before = folder_.path.string().size();
  images::Bytes listing;
  for (std::size_t i = 0; i < folder_.files.size(); ++i) {
    const std::string& path = folder_.files[i].path;
    const std::string_view name = std::string_view(path).substr(path[before] == '/' ? before + 1 : before);
    listing.insert(listing.end(), name.begin(), name.end());
    listing.push_back(0);  // no name holds it
    listing.insert(listing.end(), contents_[i].digest.begin(), contents_[i].digest.end());
  }
  return "image_folder: " + std::to_string(size()) + " images of " + std::to_string(folder_.classes.size()) +
         " classes in '" + split_ + "', names and contents " + images::hex(images::digest_of(listing));
}
