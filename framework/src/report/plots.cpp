#include "report/plots.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "record/disk.hpp"
#include "support/temporary_folder.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> browsers() {
  if (const char* wanted = std::getenv("BYOLAB_BROWSER")) return {wanted};
  return {"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"};
}

/// Becomes the first browser that there is; 127 if there is none.
[[noreturn]] void become_browser(std::vector<std::string> words) {
  for (const std::string& browser : browsers()) {
    words[0] = browser;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
  }
  ::_exit(127);
}

/// The page as it stands once its script has run.
std::string page_of_browser(const std::string& url) {
  const TemporaryFolder scratch("report");
  std::vector<std::string> words{"",
                                 "--headless=new",
                                 "--disable-gpu",
                                 "--disable-dev-shm-usage",
                                 "--user-data-dir=" + scratch.path().string(),
                                 "--virtual-time-budget=60000",
                                 "--dump-dom",
                                 url};
  if (::geteuid() == 0) words.insert(words.begin() + 1, "--no-sandbox");  // Chromium runs for root in no other way
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Error("no pipe can be made");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    if (::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(126);
    become_browser(words);
  }
  ::close(ends[1]);
  std::string page;
  char room[65536];
  for (ssize_t size; (size = ::read(ends[0], room, sizeof room)) > 0;)
    page.append(room, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
    throw Error("no browser was found to draw the plots",
                "install chromium, name one in BYOLAB_BROWSER, or save plots from the report by their buttons");
  return page;
}

std::string decoded(const std::string& base64) {
  std::string bytes(base64.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  const std::size_t padding = base64.ends_with("==") ? 2 : base64.ends_with("=") ? 1 : 0;
  bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return bytes;
}

nlohmann::json plots_in(const std::string& page) {
  const std::string mark = "<script type=\"application/json\" id=\"plots\">";
  const auto begin = page.rfind(mark), end = page.find("</script>", begin);
  const auto files =
      begin == std::string::npos || end == std::string::npos
          ? nlohmann::json()
          : nlohmann::json::parse(page.substr(begin + mark.size(), end - begin - mark.size()), nullptr, false);
  if (!files.is_object() || files.empty())
    throw Error("the browser drew no plots", "open the report and save them by their buttons");
  return files;
}

}  // namespace

std::size_t write_plots(const fs::path& report, const fs::path& folder) {
  const nlohmann::json files = plots_in(page_of_browser("file://" + fs::absolute(report).string() + "#plots"));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(folder.string() + " cannot be made: " + error.message(), "choose another folder");
  const std::string png = "data:image/png;base64,";
  for (const auto& [name, value] : files.items()) {
    const std::string text = value.get<std::string>(),
                      bytes = text.starts_with(png) ? decoded(text.substr(png.size())) : text;
    const fs::path path = folder / fs::path(name).filename();
    with_path(path, [&] { write_atomically(path, bytes.data(), bytes.size()); });
  }
  return files.size();
}

}  // namespace byolab
