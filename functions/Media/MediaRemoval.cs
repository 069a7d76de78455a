using Azure;
using Azure.Data.Tables;
using Planable.Posts;
using Planable.Storage;

namespace Planable.Media;
