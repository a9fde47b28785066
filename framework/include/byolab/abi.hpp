#pragma once

/// Marks what libbyolab.so exports. Everything else, here and in plugins, has hidden visibility.
#if defined(BYOLAB_BUILDING_FRAMEWORK)
#define BYOLAB_API __attribute__((visibility("default")))
#else
#define BYOLAB_API
#endif
