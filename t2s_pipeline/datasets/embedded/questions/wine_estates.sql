-- How many wines are listed?
-- Count all wines.
SELECT count(*) FROM wine

-- Show the names of the regions.
-- What are the names of all regions?
SELECT name FROM region

-- Which regions lie in Spain? Give their names.
SELECT name FROM region WHERE country = 'Spain'

-- What is the average price of a wine?
-- What do the wines cost on average?
SELECT avg(price) FROM wine

-- How many grapes have the color white?
-- Find the number of white grapes by color.
SELECT count(*) FROM grape WHERE color = 'white'

-- How many bottles are there in total?
SELECT sum(bottles) FROM wine

-- Which countries do the tasters come from? Show every country once.
SELECT DISTINCT country FROM taster

-- List the names of the estates by hectares, the largest first.
SELECT name FROM estate ORDER BY hectares DESC

-- Show the name and owner of each estate.
-- Who owns which estate? List estate names and owners.
SELECT name, owner FROM estate

-- Which wines cost more than 50? Give name and price.
-- Show the names and prices of wines with a price over 50.
SELECT name, price FROM wine WHERE price > 50

-- What is the name of the most expensive wine?
-- Which wine has the highest price? Give its name.
SELECT name FROM wine ORDER BY price DESC LIMIT 1

-- Which estate is the oldest? Show the name and founded year.
-- Give the name and the founded year of the estate that was founded first.
SELECT name, founded_year FROM estate ORDER BY founded_year LIMIT 1

-- How many wines were made in each year?
SELECT year, count(*) FROM wine GROUP BY year

-- How many grapes are there of each color?
-- Count the grapes for every color.
SELECT color, count(*) FROM grape GROUP BY color

-- Show the name of every wine with the name of its estate.
-- List wine names and estate names.
SELECT T1.name, T2.name FROM wine AS T1 JOIN estate AS T2 ON T1.estate_id = T2.estate_id

-- Which wines are made from the grape Shiraz?
-- Give the names of the wines with the Shiraz grape.
SELECT T1.name FROM wine AS T1 JOIN grape AS T2 ON T1.grape_id = T2.grape_id WHERE T2.name = 'Shiraz'

-- Which estates are in the Barossa region? Show name and hectares.
-- Show name and hectares of the estates in the region Barossa.
SELECT T1.name, T1.hectares FROM estate AS T1 JOIN region AS T2 ON T1.region_id = T2.region_id WHERE T2.name = 'Barossa'

-- How many estates are there in Portugal?
SELECT count(*) FROM estate AS T1 JOIN region AS T2 ON T1.region_id = T2.region_id WHERE T2.country = 'Portugal'

-- Which wines from 2020 or later cost less than 18? Show the names.
-- Find the names of wines with a year after 2019 and a price under 18.
SELECT name FROM wine WHERE year > 2019 AND price < 18

-- Show the name and price of wines with between 10000 and 20000 bottles.
SELECT name, price FROM wine WHERE bottles BETWEEN 10000 AND 20000

-- Which wines have Torre in their name? Give name and year.
SELECT name, year FROM wine WHERE name LIKE '%Torre%'

-- Which countries have more than one region?
SELECT country FROM region GROUP BY country HAVING count(*) > 1

-- What is the average wine price of each estate? Show the estate name.
-- For every estate, give its name and the average price of its wines.
SELECT T1.name, avg(T2.price) FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id GROUP BY T1.estate_id

-- Which wines have never been in a tasting?
-- Find the names of the wines without any tasting.
SELECT name FROM wine WHERE wine_id NOT IN (SELECT wine_id FROM tasting)

-- Which regions have no estate? Show the region names.
SELECT name FROM region WHERE region_id NOT IN (SELECT region_id FROM estate)

-- Which estates have more hectares than the average estate?
-- Show the names of the estates whose hectares are above the average.
SELECT name FROM estate WHERE hectares > (SELECT avg(hectares) FROM estate)

-- In which countries are there both tasters and regions?
SELECT country FROM taster INTERSECT SELECT country FROM region

-- Which wine was tasted most often? Show its name and price.
-- Give the name and price of the wine with the most tastings.
SELECT T1.name, T1.price FROM wine AS T1 JOIN tasting AS T2 ON T1.wine_id = T2.wine_id GROUP BY T1.wine_id ORDER BY count(*) DESC LIMIT 1

-- Which estates make both a wine under 20 and a wine over 50? Give the estate names.
-- Find the names of estates with a wine priced below 20 and a wine priced above 50.
SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id WHERE T2.price < 20 INTERSECT SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id WHERE T2.price > 50

-- Which tasters have tasted the wine Black Dust? Show the taster's name and the points.
-- What are the names of the tasters of Black Dust, and how many points did they give?
SELECT T1.name, T2.points FROM taster AS T1 JOIN tasting AS T2 ON T1.taster_id = T2.taster_id JOIN wine AS T3 ON T2.wine_id = T3.wine_id WHERE T3.name = 'Black Dust'

-- Which estates make no wine from a red grape? The grape color is red.
-- Find the names of estates that have no wine with a grape of the color red.
SELECT name FROM estate EXCEPT SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id JOIN grape AS T3 ON T2.grape_id = T3.grape_id WHERE T3.color = 'red'

-- Which country produces the most bottles? Show the country and the number of bottles.
SELECT T1.country, sum(T3.bottles) FROM region AS T1 JOIN estate AS T2 ON T1.region_id = T2.region_id JOIN wine AS T3 ON T2.estate_id = T3.estate_id GROUP BY T1.country ORDER BY sum(T3.bottles) DESC LIMIT 1

-- Which estate makes the most expensive wine from after 2018? Show the estate name and the owner.
-- Give the name and owner of the estate with the highest priced wine of a year later than 2018.
SELECT T1.name, T1.owner FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id WHERE T2.year > 2018 ORDER BY T2.price DESC LIMIT 1

-- Which wines that cost more than 40 got an average of over 90 points? Show the name and the average points.
SELECT T1.name, avg(T2.points) FROM wine AS T1 JOIN tasting AS T2 ON T1.wine_id = T2.wine_id WHERE T1.price > 40 GROUP BY T1.wine_id HAVING avg(T2.points) > 90

-- Which wines of the grape Shiraz cost more than the average wine? Give names and prices.
-- Show name and price of wines made from Shiraz with a price above the average.
SELECT T1.name, T1.price FROM wine AS T1 JOIN grape AS T2 ON T1.grape_id = T2.grape_id WHERE T2.name = 'Shiraz' AND T1.price > (SELECT avg(price) FROM wine)

-- Who is the owner of Rivers End?
-- I would like to know who owns the estate Rivers End.
SELECT owner FROM estate WHERE name = 'Rivers End'

-- What is the highest score in points that a tasting gave?
SELECT max(points) FROM tasting

-- Which vintage years do we stock? Only distinct years.
-- What different years do the wines come from?
SELECT DISTINCT year FROM wine

-- How many wines cost less than 20?
-- Number of wines with a price under 20?
SELECT count(*) FROM wine WHERE price < 20

-- Which region gets the most rain?
-- Name the region with the highest rainfall.
SELECT name FROM region ORDER BY rainfall DESC LIMIT 1

-- What are the three cheapest wines? Name and price, cheapest first.
-- Show the 3 wines of the lowest price, names and prices.
SELECT name, price FROM wine ORDER BY price LIMIT 3

-- Give me the size range of our estates: least and most hectares.
-- What are the minimum and the maximum hectares of an estate?
SELECT min(hectares), max(hectares) FROM estate

-- How many wines were made from each grape? Show the name of the grape.
-- Wines per grape name, please.
SELECT T1.name, count(*) FROM grape AS T1 JOIN wine AS T2 ON T1.grape_id = T2.grape_id GROUP BY T1.grape_id

-- For each country, what is the average rainfall of its regions?
-- Mean rainfall country by country?
SELECT country, avg(rainfall) FROM region GROUP BY country

-- How many bottles were filled in each year?
-- Show the sum of bottles for every year.
SELECT year, sum(bottles) FROM wine GROUP BY year

-- Which estate makes Black Dust?
-- The wine Black Dust is from which estate?
SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id WHERE T2.name = 'Black Dust'

-- In which region lies the estate Clos Pedra, and in which country?
-- Give region name and country for Clos Pedra.
SELECT T1.name, T1.country FROM region AS T1 JOIN estate AS T2 ON T1.region_id = T2.region_id WHERE T2.name = 'Clos Pedra'

-- What is the average price of the red wines (grape color red)?
-- How much does a wine of a red grape cost on average?
SELECT avg(T1.price) FROM wine AS T1 JOIN grape AS T2 ON T1.grape_id = T2.grape_id WHERE T2.color = 'red'

-- How many tastings has each taster done? Name and number of tastings.
-- Count tastings by the name of the taster.
SELECT T1.name, count(*) FROM taster AS T1 JOIN tasting AS T2 ON T1.taster_id = T2.taster_id GROUP BY T1.taster_id

-- Which estates were founded between 1900 and 1980? Name and owner.
-- Show name and owner of estates with a founding year from 1900 to 1980.
SELECT name, owner FROM estate WHERE founded_year BETWEEN 1900 AND 1980

-- How many hectares does each region have under its estates? Region name and total.
-- Total hectares of the estates in every region, by region name?
SELECT T1.name, sum(T2.hectares) FROM region AS T1 JOIN estate AS T2 ON T1.region_id = T2.region_id GROUP BY T1.region_id

-- Which grapes are used in at least 3 wines? Grape names with the number of wines.
-- Names of grapes that 3 or more wines are made of, with the count.
SELECT T1.name, count(*) FROM grape AS T1 JOIN wine AS T2 ON T1.grape_id = T2.grape_id GROUP BY T1.grape_id HAVING count(*) >= 3

-- What did Colette Arnaud taste? Wine names without repeats.
-- Which distinct wines were tasted by Colette Arnaud?
SELECT DISTINCT T1.name FROM wine AS T1 JOIN tasting AS T2 ON T1.wine_id = T2.wine_id JOIN taster AS T3 ON T2.taster_id = T3.taster_id WHERE T3.name = 'Colette Arnaud'

-- Which tastings were held in 2023, and with what points? Date and points.
-- Show date and points of all tastings in the year 2023.
SELECT tasting_date, points FROM tasting WHERE tasting_date BETWEEN '2023-01-01' AND '2023-12-31'

-- Which taster is the most generous, that is, has the highest average of points? Name and average.
-- Show the taster with the best mean points, and that mean.
SELECT T1.name, avg(T2.points) FROM taster AS T1 JOIN tasting AS T2 ON T1.taster_id = T2.taster_id GROUP BY T1.taster_id ORDER BY avg(T2.points) DESC LIMIT 1

-- Which wines scored more than 90 with Mateo Vidal? Wine name and points.
-- Wines to which Mateo Vidal gave over 90 points: name and points?
SELECT T1.name, T2.points FROM wine AS T1 JOIN tasting AS T2 ON T1.wine_id = T2.wine_id JOIN taster AS T3 ON T2.taster_id = T3.taster_id WHERE T3.name = 'Mateo Vidal' AND T2.points > 90

-- What is the dearest wine from an estate in Portugal or South Africa? Estate name, wine name and price.
-- Take the estates in Portugal or South Africa and show estate name, wine name and price of their dearest wine.
SELECT T1.name, T2.name, T2.price FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id JOIN region AS T3 ON T1.region_id = T3.region_id WHERE T3.country = 'Portugal' OR T3.country = 'South Africa' ORDER BY T2.price DESC LIMIT 1

-- Which estates make wine from a red grape as well as from a white one?
-- Estates with both a red and a white grape (color) in their wines?
SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id JOIN grape AS T3 ON T2.grape_id = T3.grape_id WHERE T3.color = 'red' INTERSECT SELECT T1.name FROM estate AS T1 JOIN wine AS T2 ON T1.estate_id = T2.estate_id JOIN grape AS T3 ON T2.grape_id = T3.grape_id WHERE T3.color = 'white'

-- Which wines from before 2018 are dearer than the average wine? Name, year and price.
-- Give name, year and price of wines older than 2018 (year before 2018) that cost more than the average.
SELECT name, year, price FROM wine WHERE year < 2018 AND price > (SELECT avg(price) FROM wine)

-- Among regions with more than 600 of rainfall, where do the estates have the most hectares? Region name and total.
-- Regions with a rainfall above 600: which of them has the most hectares of estates in sum? Show both.
SELECT T1.name, sum(T2.hectares) FROM region AS T1 JOIN estate AS T2 ON T1.region_id = T2.region_id WHERE T1.rainfall > 600 GROUP BY T1.region_id ORDER BY sum(T2.hectares) DESC LIMIT 1

-- Which tasters have never given fewer than 85 points?
SELECT name FROM taster WHERE taster_id NOT IN (SELECT taster_id FROM tasting WHERE points < 85)
