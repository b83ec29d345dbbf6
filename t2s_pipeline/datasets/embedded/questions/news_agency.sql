-- How many journalists work for the agency?
-- Count the journalists.
SELECT count(*) FROM journalist

-- List the titles of all articles.
SELECT Title FROM article

-- Which bureaus were opened before 1980? Show the city.
-- In which cities was a bureau opened before 1980?
SELECT City FROM Bureau WHERE Opened_Year < 1980

-- What is the largest number of views of an article?
-- How many views did the most viewed article get?
SELECT max(Views) FROM article

-- What cameras do the photographers use? Show each once.
-- List the distinct cameras.
SELECT DISTINCT Camera FROM photographer

-- How many subscribers are of the kind newspaper?
-- Count the newspaper subscribers.
SELECT count(*) FROM subscriber WHERE Kind = 'newspaper'

-- How many words does an article have on average?
SELECT avg(Words) FROM article

-- Who is the editor of the Science section?
-- Name the editor of the section Science.
SELECT Editor FROM section WHERE Name = 'Science'

-- What are the yearly fees of all subscribers in total?
-- Sum up the yearly fees.
SELECT sum(Yearly_Fee) FROM subscriber

-- Which journalists are older than 50?
-- Show the names of journalists over the age of 50.
SELECT Name FROM journalist WHERE Age > 50

-- Which photographers use the Nikon Z9?
SELECT Name FROM photographer WHERE Camera = 'Nikon Z9'

-- Show the titles of the articles in order of the publish date.
-- List article titles from the earliest to the latest publish date.
SELECT Title FROM article ORDER BY Publish_Date

-- How many different nationalities do the journalists have?
-- Count the distinct nationalities of journalists.
SELECT count(DISTINCT Nationality) FROM journalist

-- How many articles have more than 2000 words?
SELECT count(*) FROM article WHERE Words > 2000

-- Show the name, nationality and age of each journalist.
-- What are the names, nationalities and ages of the journalists?
SELECT Name, Nationality, Age FROM journalist

-- What are the name and yearly fee of subscribers from Canada?
-- Show name and yearly fee of each subscriber in Canada.
SELECT Name, Yearly_Fee FROM subscriber WHERE Country = 'Canada'

-- What are the lowest and highest fees for a photo?
-- Show the minimum and maximum photo fee.
SELECT min(Fee), max(Fee) FROM photo

-- Which article has the most words? Show its title.
-- What is the title of the longest article in words?
SELECT Title FROM article ORDER BY Words DESC LIMIT 1

-- Who has been working the longest? Show name and years working.
-- Show name and years working of the most experienced journalist.
SELECT Name, Years_working FROM journalist ORDER BY Years_working DESC LIMIT 1

-- What are the three most viewed articles? Show title and views.
-- Show title and views of the 3 articles with the most views.
SELECT Title, Views FROM article ORDER BY Views DESC LIMIT 3

-- How many subscribers are there of each kind?
-- For each kind, show the number of subscribers.
SELECT Kind, count(*) FROM subscriber GROUP BY Kind

-- What is the average yearly fee for each kind of subscriber?
-- Show the kinds of subscribers with the mean yearly fee.
SELECT Kind, avg(Yearly_Fee) FROM subscriber GROUP BY Kind

-- For each nationality, how many journalists are there and what is their average age?
SELECT Nationality, count(*), avg(Age) FROM journalist GROUP BY Nationality

-- How many photographers use each camera?
-- Count the photographers by camera.
SELECT Camera, count(*) FROM photographer GROUP BY Camera

-- Which nationalities have more than one journalist?
SELECT Nationality FROM journalist GROUP BY Nationality HAVING count(*) > 1

-- Which kinds of subscribers pay over 50000 in total?
-- Find kinds with a sum of yearly fees above 50000.
SELECT Kind FROM subscriber GROUP BY Kind HAVING sum(Yearly_Fee) > 50000

-- Which journalists work at the bureau in Montreal?
-- List the names of journalists in the Montreal bureau.
SELECT T1.Name FROM journalist AS T1 JOIN Bureau AS T2 ON T1.bureau_id = T2.bureau_id WHERE T2.City = 'Montreal'

-- Show the name of each journalist and the city of the bureau.
-- List journalists with the cities of their bureaus.
SELECT T1.Name, T2.City FROM journalist AS T1 JOIN Bureau AS T2 ON T1.bureau_id = T2.bureau_id

-- Who wrote the article Poets of the Harbour?
-- Name the journalist behind Poets of the Harbour.
SELECT T1.Name FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID WHERE T2.Title = 'Poets of the Harbour'

-- What are the titles and views of articles in the Environment section?
-- For the section Environment, show article titles and views.
SELECT T1.Title, T1.Views FROM article AS T1 JOIN section AS T2 ON T1.section_ID = T2.section_ID WHERE T2.Name = 'Environment'

-- How many articles are in the Sport section?
-- Count the articles of the section Sport.
SELECT count(*) FROM article AS T1 JOIN section AS T2 ON T1.section_ID = T2.section_ID WHERE T2.Name = 'Sport'

-- What is the total of the photo fees of Awa Diop?
-- How much did the photos by Awa Diop cost in total?
SELECT sum(T1.Fee) FROM photo AS T1 JOIN photographer AS T2 ON T1.photographer_ID = T2.photographer_ID WHERE T2.Name = 'Awa Diop'

-- What are the captions and fees of photos for the article Floods Reach the Capital?
-- Show caption and fee of each photo in Floods Reach the Capital.
SELECT T1.Caption, T1.Fee FROM photo AS T1 JOIN article AS T2 ON T1.article_ID = T2.article_ID WHERE T2.Title = 'Floods Reach the Capital'

-- Which articles did Coastal Tribune reprint? Show titles.
-- Show the titles of articles reprinted by the subscriber Coastal Tribune.
SELECT T1.Title FROM article AS T1 JOIN reprint AS T2 ON T1.article_ID = T2.article_ID JOIN subscriber AS T3 ON T2.subscriber_ID = T3.subscriber_ID WHERE T3.Name = 'Coastal Tribune'

-- What is the average number of views of articles from the bureau in Brussels?
-- Articles by journalists of the Brussels bureau: how many views on average?
SELECT avg(T1.Views) FROM article AS T1 JOIN journalist AS T2 ON T1.journalist_ID = T2.journalist_ID JOIN Bureau AS T3 ON T2.bureau_id = T3.bureau_id WHERE T3.City = 'Brussels'

-- For which different sections has Daniel Otieno written? Show the section names.
-- Show the distinct sections in which Daniel Otieno has an article.
SELECT DISTINCT T1.Name FROM section AS T1 JOIN article AS T2 ON T1.section_ID = T2.section_ID JOIN journalist AS T3 ON T2.journalist_ID = T3.journalist_ID WHERE T3.Name = 'Daniel Otieno'

-- Which articles have fewer than 1000 words and more than 50000 views?
-- Find titles of articles with under 1000 words but over 50000 views.
SELECT Title FROM article WHERE Words < 1000 AND Views > 50000

-- Which bureaus are in Kenya or have a staff size over 30? Show city and staff size.
-- Show city and staff size of bureaus that are in Kenya or have more than 30 staff.
SELECT City, Staff_size FROM Bureau WHERE Country = 'Kenya' OR Staff_size > 30

-- Which articles were published between 2022-06-01 and 2022-12-31? Show title and publish date.
-- Show title and publish date for articles from 2022-06-01 to 2022-12-31.
SELECT Title, Publish_Date FROM article WHERE Publish_Date BETWEEN '2022-06-01' AND '2022-12-31'

-- Which journalists are between 30 and 40 years old?
SELECT Name FROM journalist WHERE Age BETWEEN 30 AND 40

-- Which articles mention Record in the title? Show title and words.
-- Show the titles that contain Record, with the number of words.
SELECT Title, Words FROM article WHERE Title LIKE '%Record%'

-- Which subscribers have a name that starts with The?
SELECT Name FROM subscriber WHERE Name LIKE 'The%'

-- Which subscribers are not newspapers (kind newspaper)? Show name and country.
-- Show name and country of subscribers of any kind but newspaper.
SELECT Name, Country FROM subscriber WHERE Kind != 'newspaper'

-- How many articles has each journalist written? Show the name.
-- For every journalist with articles, show name and number of articles.
SELECT T1.Name, count(*) FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID GROUP BY T1.journalist_ID

-- How many views did each section get in total? Show section name and views.
-- Sum the views of the articles by section name.
SELECT T1.Name, sum(T2.Views) FROM section AS T1 JOIN article AS T2 ON T1.section_ID = T2.section_ID GROUP BY T1.section_ID

-- What is the average fee of each photographer's photos? Show the name.
-- Show the name of each photographer and the mean fee.
SELECT T1.Name, avg(T2.Fee) FROM photographer AS T1 JOIN photo AS T2 ON T1.photographer_ID = T2.photographer_ID GROUP BY T1.photographer_ID

-- How many reprints has each subscriber made? Show name and number.
SELECT T1.Name, count(*) FROM subscriber AS T1 JOIN reprint AS T2 ON T1.subscriber_ID = T2.subscriber_ID GROUP BY T1.subscriber_ID

-- How many journalists does each country have? Use the country of the bureau.
-- Count the journalists by the country of their bureau.
SELECT T2.Country, count(*) FROM journalist AS T1 JOIN Bureau AS T2 ON T1.bureau_id = T2.bureau_id GROUP BY T2.Country

-- Which articles have no photo?
-- Find the titles of articles without a photo.
SELECT Title FROM article WHERE article_ID NOT IN (SELECT article_ID FROM photo)

-- Which journalists have not written an article?
SELECT Name FROM journalist WHERE journalist_ID NOT IN (SELECT journalist_ID FROM article)

-- Which articles have more views than the average article?
-- Find titles of articles with above average views.
SELECT Title FROM article WHERE Views > (SELECT avg(Views) FROM article)

-- Which photographers took no photo for an article?
-- Find photographers without photos.
SELECT Name FROM photographer WHERE photographer_ID NOT IN (SELECT photographer_ID FROM photo)

-- From which countries do photographers come where we have no bureau?
-- Find countries of photographers without a bureau.
SELECT Country FROM photographer EXCEPT SELECT Country FROM Bureau

-- Which camera is used by the most photographers? Show the camera.
-- What camera do most of the photographers use?
SELECT Camera FROM photographer GROUP BY Camera ORDER BY count(*) DESC LIMIT 1

-- Which nationality is the most common among journalists? Show it with the number.
-- Show the most frequent nationality of journalists and its count.
SELECT Nationality, count(*) FROM journalist GROUP BY Nationality ORDER BY count(*) DESC LIMIT 1

-- Which journalist has the most views in total? Show name and total views.
-- Show the journalist whose articles have the largest sum of views, with the sum.
SELECT T1.Name, sum(T2.Views) FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID GROUP BY T1.journalist_ID ORDER BY sum(T2.Views) DESC LIMIT 1

-- Which subscriber has reprinted the most articles? Show name and kind.
-- Show name and kind of the subscriber with the most reprints.
SELECT T1.Name, T1.Kind FROM subscriber AS T1 JOIN reprint AS T2 ON T1.subscriber_ID = T2.subscriber_ID GROUP BY T1.subscriber_ID ORDER BY count(*) DESC LIMIT 1

-- Which photo was the most expensive? Show caption, fee and the photographer's name.
-- Show caption, fee and photographer name of the photo with the highest fee.
SELECT T1.Caption, T1.Fee, T2.Name FROM photo AS T1 JOIN photographer AS T2 ON T1.photographer_ID = T2.photographer_ID ORDER BY T1.Fee DESC LIMIT 1

-- Which journalists have written for both Politics and Business?
-- Find journalists with an article in the section Politics and one in the section Business.
SELECT T1.Name FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID JOIN section AS T3 ON T2.section_ID = T3.section_ID WHERE T3.Name = 'Politics' INTERSECT SELECT T1.Name FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID JOIN section AS T3 ON T2.section_ID = T3.section_ID WHERE T3.Name = 'Business'

-- Which bureaus have no journalist with more than 20 years working? Show the city.
-- Find the cities of bureaus where nobody has worked over 20 years.
SELECT City FROM Bureau EXCEPT SELECT T1.City FROM Bureau AS T1 JOIN journalist AS T2 ON T1.bureau_id = T2.bureau_id WHERE T2.Years_working > 20

-- Which articles were reprinted more than 2 times? Show title and number of reprints.
-- Show the title and the number of reprints of articles with over 2 reprints.
SELECT T1.Title, count(*) FROM article AS T1 JOIN reprint AS T2 ON T1.article_ID = T2.article_ID GROUP BY T1.article_ID HAVING count(*) > 2

-- For articles published in 2023, how many are in each section? Show section name and count.
-- Count the articles published in 2023 by section name.
SELECT T1.Name, count(*) FROM section AS T1 JOIN article AS T2 ON T1.section_ID = T2.section_ID WHERE T2.Publish_Date BETWEEN '2023-01-01' AND '2023-12-31' GROUP BY T1.section_ID

-- Which Culture articles are longer than the average article? Show title and words.
-- Show title and words of articles in the section Culture with more words than the average of all articles.
SELECT T1.Title, T1.Words FROM article AS T1 JOIN section AS T2 ON T1.section_ID = T2.section_ID WHERE T2.Name = 'Culture' AND T1.Words > (SELECT avg(Words) FROM article)

-- What is the most viewed article of the Brussels bureau? Show title, views and journalist name.
-- For the bureau in Brussels, show title, views and journalist name of the most viewed article.
SELECT T1.Title, T1.Views, T2.Name FROM article AS T1 JOIN journalist AS T2 ON T1.journalist_ID = T2.journalist_ID JOIN Bureau AS T3 ON T2.bureau_id = T3.bureau_id WHERE T3.City = 'Brussels' ORDER BY T1.Views DESC LIMIT 1

-- Which journalists under 40 wrote articles with more than 60000 views? Show name, title and views.
-- For journalists younger than 40, show name, title and views of the articles viewed more than 60000 times.
SELECT T1.Name, T2.Title, T2.Views FROM journalist AS T1 JOIN article AS T2 ON T1.journalist_ID = T2.journalist_ID WHERE T1.Age < 40 AND T2.Views > 60000
